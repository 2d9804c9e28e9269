# SPDX-License-Identifier: GPL-2.0
# Traffic Flow: `make` builds the module for the running kernel, KDIR= and
# ARCH= for any other; `make help` lists the rest.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local

kbuild = $(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(ARCH),ARCH=$(ARCH))

.PHONY: all module tfctl install uninstall clean check demo test matrix test-debug race soak bench help fuzz night test-packages deb rpm

all: module

module:
	@test -e $(KDIR)/Makefile || { echo "No kernel build directory at $(KDIR): \
	install linux-headers-$$(uname -r), or give one with KDIR=" >&2; exit 1; }
	$(kbuild) modules

tfctl:
	$(MAKE) -C tools/tfctl

install: module tfctl
	$(kbuild) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	depmod -a $(if $(DESTDIR),-b $(DESTDIR)) "$$(sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)"
	$(MAKE) -C tools/tfctl install PREFIX=$(PREFIX)

uninstall:
	$(MAKE) -C tools/tfctl uninstall PREFIX=$(PREFIX)
	rm -f $(DESTDIR)/lib/modules/*/updates/traffic_flow.ko* \
		$(DESTDIR)/lib/modules/*/extra/traffic_flow.ko*

clean:
	find . -name .git -prune -o \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
	-o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.d' -o -name '*.order' \
	-o -name 'Module.symvers' -o -name '.module-common.*' \) -exec rm -f {} +
	$(MAKE) -C tools/tfctl clean
	rm -rf build

check:
	tests/check

demo:
	@tests/demo

test:
	@tests/run

test-packages:
	@tests/packaging/run

matrix:
	@tests/matrix/run
	@tests/debug
	@tests/race

test-debug:
	@tests/debug

race:
	@tests/race

soak:
	@tests/soak $(or $(MINUTES),10) $(SEED)

bench:
	@bench/run
	@bench/instructions

fuzz:
	@tests/packages
	@tests/fuzz/run seconds $$((60 * $(or $(MINUTES),10)))

night:
	@tests/night $(or $(INPUTS),10000000)

deb:
	@packaging/deb

rpm:
	@packaging/rpm/build

help:
	@echo 'make            the module, for the running kernel (KDIR=, ARCH= for another)'
	@echo 'make tfctl      the command'
	@echo 'make install    both, into /lib/modules and $$PREFIX ($(PREFIX))'
	@echo 'make demo       see it work, on any Debian 12 machine, as root'
	@echo 'make test       everything CI runs'
	@echo 'make test-packages  build, install and purge the packages, in a Debian of its own'
	@echo 'make matrix     the table of docs/kernels.md: every stock kernel of Debian'
	@echo 'make test-debug  all tests in the kernel that finds mistakes (KASAN, lockdep, leaks)'
	@echo 'make race       what happens at once: several CPUs, KASAN and lockdep, in a virtual PC'
	@echo 'make soak       random traffic and changes for MINUTES=10 (SEED=n: the same again;'
	@echo '                FLAVOUR=race: in the kernel of make race)'
	@echo 'make fuzz       coverage-guided fuzzing for MINUTES= (10)'
	@echo 'make night      ten million inputs for each fuzzer, and packets for a kernel (INPUTS=)'
	@echo 'make check      sparse, checkpatch and all compiler warnings'
	@echo 'make bench      the figures of docs/performance.md'
	@echo 'make deb        packages for Debian, in build/deb'
	@echo 'make rpm        packages for RPM, in build/rpm'
	@echo 'make clean      remove what was built'

# SPDX-License-Identifier: GPL-2.0
# Traffic Flow: `make` builds the module for the running kernel, KDIR= and
# ARCH= for any other; `make help` lists the rest.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local

kbuild = $(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(ARCH),ARCH=$(ARCH))

.PHONY: all module tfctl install uninstall clean check demo test bench help

all: module

module:
	@test -e $(KDIR)/Makefile || { echo "No kernel build directory at $(KDIR): \
	install linux-headers-$$(uname -r), or give one with KDIR=" >&2; exit 1; }
	$(kbuild) modules

tfctl:
	$(MAKE) -C tools/tfctl

install: module tfctl
	$(kbuild) modules_install
	depmod -a $(if $(DESTDIR),-b $(DESTDIR)) $$($(MAKE) -s -C $(KDIR) kernelrelease $(if $(ARCH),ARCH=$(ARCH)))
	$(MAKE) -C tools/tfctl install PREFIX=$(PREFIX)

uninstall:
	$(MAKE) -C tools/tfctl uninstall PREFIX=$(PREFIX)
	rm -f /lib/modules/*/updates/traffic_flow.ko* /lib/modules/*/extra/traffic_flow.ko*

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

bench:
	@bench/run

help:
	@echo 'make            the module, for the running kernel (KDIR=, ARCH= for another)'
	@echo 'make tfctl      the command'
	@echo 'make install    both, into /lib/modules and $$PREFIX ($(PREFIX))'
	@echo 'make demo       see it work, on any Debian 12 machine, as root'
	@echo 'make test       everything CI runs'
	@echo 'make check      sparse, checkpatch and all compiler warnings'
	@echo 'make bench      the figures of docs/performance.md'
	@echo 'make clean      remove what was built'

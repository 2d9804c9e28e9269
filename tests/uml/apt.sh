# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# Read Debian suites other than the machine's own, without touching its apt.
# To be sourced.

known_mirror() {
	apt-get indextargets --format '$(SITE) $(REPO_URI) $(CREATED_BY) $(ORIGIN)' 2>/dev/null |
		awk '$3 == "Packages" && $4 == "Debian" { print $2 }' |
		grep -v -e security -e debug | sort -u | head -n 1
}

# The address of the Debian archive that this machine's apt is set up with. Who the
# archive's owner is, apt knows once it has asked it.
debian_mirror() {
	[ -n "$(known_mirror)" ] || apt-get -q update >&2
	known_mirror | grep . ||
		echo "apt knows no Debian mirror on this machine" >&2
}

# private_apt DIR SUITE...: an apt state of its own below DIR
private_apt() {
	apt_dir=$1
	shift
	mirror=$(debian_mirror)
	[ -n "$mirror" ] || {
		echo "set KSRC=<kernel source tree>" >&2
		return 1
	}
	mkdir -p "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial"
	cat >"$apt_dir/debian.sources" <<-EOF
		Types: deb
		URIs: $mirror
		Suites: $*
		Components: main
		Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	EOF
	apt_options="-q -o Dir::State=$apt_dir -o Dir::State::lists=$apt_dir/lists
		-o Dir::State::status=/var/lib/dpkg/status -o Dir::Cache=$apt_dir/cache
		-o Dir::Etc::sourcelist=$apt_dir/debian.sources
		-o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root"
	apt-get $apt_options update >&2
}

private_apt_cache() { apt-cache $apt_options "$@"; }

# private_apt_download DIR PACKAGE...: the newest .deb of each, into DIR
private_apt_download() {
	apt_into=$1
	shift
	for apt_package; do
		apt_version=$(private_apt_cache madison "$apt_package" |
			awk '{ print $3 }' | sort -V | tail -n 1)
		(cd "$apt_into" && apt-get $apt_options download "$apt_package=$apt_version" >&2)
	done
}

#!/bin/bash
# Regenerates io.sluice.linux.generated from server.h.
#
#   HEADERS=DIR ./regenerate.sh
#
# needs jextract on the PATH (made from openjdk/jextract f9866df, with libclang 14: libclang 16 and
# 19 crash on struct io_uring_sqe). HEADERS is the usr/include of an unpacked linux-libc-dev; the
# checked-in output is from 7.3.4-1~bpo13+1 and glibc 2.36, on x86-64. The kernel's interface only
# grows, so bindings from newer headers are right on older kernels.
set -euo pipefail
cd "$(dirname "$0")"
headers=${HEADERS:?"set HEADERS to the usr/include of an unpacked linux-libc-dev, 6.6 or newer"}
package=io.sluice.linux.generated
java_dir=../java
package_dir=$java_dir/${package//.//}
options=(-I "$headers" -I "$headers/x86_64-linux-gnu")

# jextract ignores an unknown name silently: every include must be one it offers.
known=$(mktemp)
trap 'rm -f "$known"' EXIT
jextract "${options[@]}" --dump-includes "$known" server.h 2>/dev/null
missing=$(comm -23 <(grep '^--include' includes.txt | sort -u) \
  <(grep -o '^--include-[a-z]* [A-Za-z0-9_]*' "$known" | sort -u))
if [ -n "$missing" ]; then
  printf 'not in these headers:\n%s\n' "$missing" >&2
  exit 1
fi

find "$package_dir" -name '*.java' ! -name package-info.java -delete 2>/dev/null || true
jextract "${options[@]}" @includes.txt --output "$java_dir" -t $package \
  --header-class-name Libc server.h

# SymbolLookup.findOrThrow came with Java 23, we build for 22.
find "$package_dir" -name '*.java' -exec \
  sed -i 's/\.findOrThrow(\("[^"]*"\))/.find(\1).orElseThrow()/; s/[[:blank:]]*$//' {} +

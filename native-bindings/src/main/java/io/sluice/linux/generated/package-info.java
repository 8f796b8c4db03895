/**
 * Linux and libc as jextract sees them: generated, checked in, never edited.
 *
 * <p>Made on x86-64 by jextract (openjdk/jextract f9866df, libclang 14.0.6) from the kernel headers
 * of linux-libc-dev 7.3.4-1~bpo13+1 and glibc 2.36, with this command, run in {@code
 * native-bindings/src/main/jextract}:
 *
 * <pre>{@code HEADERS=<usr/include of linux-libc-dev> ./regenerate.sh}</pre>
 *
 * <p>which is in essence
 *
 * <pre>{@code
 * jextract -I $HEADERS -I $HEADERS/x86_64-linux-gnu @includes.txt \
 *   --output ../java -t io.sluice.linux.generated --header-class-name Libc server.h
 * }</pre>
 *
 * <p>The functions in here lose {@code errno}; call them through {@link io.sluice.linux.Linux}. The
 * kernel's interface only grows, so what newer headers say is right on older kernels; whether a
 * kernel has a feature is asked at run time. Layouts and constants are compared with gcc's in {@code
 * LayoutTest}.
 */
package io.sluice.linux.generated;

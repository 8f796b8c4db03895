/** Asynchronous input and output: the {@link io.sluice.ring.Ring} seam and io_uring behind it. */
package io.sluice.ring;

/**
 * What containerd says about itself: its images, content, downloads and events, asked over its Unix
 * socket. {@link io.sluice.containerd.Connection} is the door; the packages below are how.
 */
package io.sluice.containerd;

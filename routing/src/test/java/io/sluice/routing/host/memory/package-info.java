/** Hosts in the memory of one process: the seam without a network. */
package io.sluice.routing.host.memory;

/** Who has what: the seam between a node and the discovery of its peers. */
package io.sluice.routing;

/**
 * How a node finds the first peers of its cluster: a fixed list, a name in DNS, or a node that
 * tells over HTTP. What blocks happens on a thread of its own.
 */
package io.sluice.routing.bootstrap;

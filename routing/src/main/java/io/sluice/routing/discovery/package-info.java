/** The content router on Kademlia: keys become lookups, provider records registry addresses. */
package io.sluice.routing.discovery;

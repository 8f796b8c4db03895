/** What an operator can set, and every limit of the node in one place. */
package io.sluice.server.config;

/** Two nodes at work on loopback, and the sample images that demonstrations and tests serve. */
package io.sluice.server.demo;

/** Native memory that is planned, mapped once, and never grows. */
package io.sluice.memory;

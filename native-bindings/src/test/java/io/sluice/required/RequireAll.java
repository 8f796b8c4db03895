package io.sluice.required;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * With {@code SLUICE_REQUIRE_ALL=true} in the environment a test that would skip itself fails, with
 * the sentence about what it misses. It is registered for all tests, by a service file.
 */
public final class RequireAll
    implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
  private static final boolean ALL = "true".equals(System.getenv("SLUICE_REQUIRE_ALL"));

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    throw judged(thrown);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    throw judged(thrown);
  }

  @Override
  public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable thrown)
      throws Throwable {
    throw judged(thrown);
  }

  private static Throwable judged(Throwable thrown) {
    return ALL && thrown instanceof TestAbortedException
        ? new AssertionError("not skipped, since all is required: " + thrown.getMessage(), thrown)
        : thrown;
  }
}

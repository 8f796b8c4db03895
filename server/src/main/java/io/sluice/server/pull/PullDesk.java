package io.sluice.server.pull;

import io.sluice.server.log.Log;
import io.sluice.server.metrics.AdminCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Pulls what requests of the metrics port ask for: a few requests at a time, each with the
 * references of its list in order; a few more wait, and who comes beyond is told to come again. Its
 * threads exist only while there is work.
 */
public final class PullDesk implements AdminCalls, AutoCloseable {
  private static final Log LOG = Log.of("admin");
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FAILED = 500;

  private final AdminToken token;
  private final Puller puller;
  private final ThreadPoolExecutor workers;

  /** A desk that lets in who knows {@code token}. */
  public PullDesk(AdminToken token, Puller puller) {
    this.token = token;
    this.puller = puller;
    this.workers =
        new ThreadPoolExecutor(
            PullLimits.REQUESTS_AT_ONCE,
            PullLimits.REQUESTS_AT_ONCE,
            PullLimits.THREAD_KEPT_NS,
            TimeUnit.NANOSECONDS,
            new ArrayBlockingQueue<>(PullLimits.REQUESTS_WAITING),
            Thread.ofPlatform().name("admin-", 0).daemon().factory());
    workers.allowCoreThreadTimeOut(true);
  }

  @Override
  public boolean allows(String authorizationOrNull) {
    return token.isIn(authorizationOrNull);
  }

  @Override
  public AdminCall pull(byte[] body, Runnable done) {
    Job job = new Job(done);
    try {
      List<PullReference> references = PullJson.references(body);
      job.future = workers.submit(() -> job.run(references));
    } catch (IllegalArgumentException e) {
      job.answer(BAD_REQUEST, PullJson.error(e.getMessage()));
    } catch (RejectedExecutionException e) {
      job.answer(
          TOO_MANY_REQUESTS,
          PullJson.error("So many pulls are asked for already that no more are kept; come again."));
    }
    return job;
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    workers.shutdownNow();
  }

  /** One request. */
  private final class Job implements AdminCall {
    private final Runnable done;
    private volatile AdminAnswer answer;

    /** Set and used by the thread that asks. */
    private Future<?> future;

    Job(Runnable done) {
      this.done = done;
    }

    void run(List<PullReference> references) {
      List<PullResult> results = new ArrayList<>();
      Duration timeout = Duration.ofNanos(PullLimits.TIMEOUT_NS);
      try {
        for (PullReference reference : references) {
          results.add(puller.pull(reference, timeout, blobs -> {}));
        }
        answer(OK, PullJson.results(results));
      } catch (InterruptedException e) {
        answer(FAILED, PullJson.error("The node is stopping, and the pull was broken off."));
      } catch (RuntimeException e) {
        LOG.error("a pull that was asked for has failed", e);
        answer(FAILED, PullJson.error("The pull has failed; the node's log says why."));
      }
    }

    private void answer(int status, String json) {
      answer = new AdminAnswer(status, json);
      done.run();
    }

    @Override
    public AdminAnswer answerOrNull() {
      return answer;
    }

    @Override
    public void cancel() {
      if (future != null) {
        future.cancel(true);
        workers.purge();
      }
    }
  }
}

package io.sluice.server.metrics;

import static io.sluice.server.metrics.Snapshots.buckets;
import static io.sluice.server.metrics.Snapshots.count;
import static io.sluice.server.metrics.Snapshots.counter;
import static io.sluice.server.metrics.Snapshots.gauge;
import static io.sluice.server.metrics.Snapshots.histogram;
import static io.sluice.server.metrics.Snapshots.level;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Turns the counters of all event loops into Prometheus snapshots. One scrape at a time. */
final class LoopCollector implements MultiCollector {
  private static final double NS_PER_SECOND = 1e9;
  private static final String[] STATUS_CLASSES = {"1xx", "2xx", "3xx", "4xx", "5xx"};
  private static final String[] FIRST_BYTE_ROUTES = {"manifest", "blob", "other"};
  private static final double[] QUANTILES = {0.5, 0.99, 0.999, 1};

  /** 100 us to 10 s. */
  private static final long[] FIRST_BYTE_BOUNDS_NS =
      boundsNs(
          100,
          250,
          500,
          1_000,
          2_500,
          5_000,
          10_000,
          25_000,
          50_000,
          100_000,
          250_000,
          500_000,
          1_000_000,
          2_500_000,
          5_000_000,
          10_000_000);

  /** 1 ms to 30 min. */
  private static final long[] TRANSFER_BOUNDS_NS =
      boundsNs(
          1_000,
          5_000,
          25_000,
          100_000,
          250_000,
          500_000,
          1_000_000,
          2_500_000,
          5_000_000,
          10_000_000,
          30_000_000,
          60_000_000,
          120_000_000,
          300_000_000,
          600_000_000,
          1_800_000_000);

  private final List<LoopMetrics> loops;
  private final LatencySeries[] firstByte = new LatencySeries[LoopMetrics.FIRST_BYTE_GROUPS];
  private final LatencySeries transfer;

  LoopCollector(final List<LoopMetrics> loops, final LongSupplier nanoTime) {
    this.loops = List.copyOf(loops);
    for (int group = 0; group < firstByte.length; group++) {
      firstByte[group] = new LatencySeries(FIRST_BYTE_BOUNDS_NS, nanoTime);
    }
    transfer = new LatencySeries(TRANSFER_BOUNDS_NS, nanoTime);
  }

  @Override
  public MetricSnapshots collect() {
    drainLatencies();
    final MetricSnapshots.Builder all = MetricSnapshots.builder();
    collectRequests(all);
    collectTransfers(all);
    collectRelays(all);
    collectConnections(all);
    collectPool(all);
    collectTurns(all);
    return all.build();
  }

  private void drainLatencies() {
    final List<LatencyRecorder> recorders = new ArrayList<>(loops.size());
    for (int group = 0; group < firstByte.length; group++) {
      recorders.clear();
      for (final LoopMetrics loop : loops) {
        recorders.add(loop.firstByte(group));
      }
      firstByte[group].drain(recorders);
    }
    recorders.clear();
    for (final LoopMetrics loop : loops) {
      recorders.add(loop.transfer());
    }
    transfer.drain(recorders);
  }

  private void collectRequests(final MetricSnapshots.Builder all) {
    final CounterSnapshot.Builder requests =
        counter("sluice_requests", "Requests answered, by route and class of the status code.");
    for (int route = 0; route < Route.COUNT; route++) {
      for (int status = 0; status < STATUS_CLASSES.length; status++) {
        requests.dataPoint(
            count(
                sum(LoopMetrics.REQUESTS + route * LoopMetrics.STATUS_CLASSES + status),
                "route",
                Route.labels().value(route),
                "status",
                STATUS_CLASSES[status]));
      }
    }
    all.metricSnapshot(requests.build());
    all.metricSnapshot(
        family(
            "sluice_requests_rejected",
            "Requests and connections turned away before any route saw them.",
            RejectReason.labels(),
            LoopMetrics.REQUESTS_REJECTED));
    final HistogramSnapshot.Builder latency =
        histogram(
            "sluice_request_first_byte_seconds",
            "From the request's last byte to the answer's first byte.");
    final GaugeSnapshot.Builder recent =
        gauge(
            "sluice_request_first_byte_recent_seconds",
            "Quantiles of the time to first byte over the last one to two minutes.");
    for (int group = 0; group < firstByte.length; group++) {
      final String route = FIRST_BYTE_ROUTES[group];
      latency.dataPoint(
          buckets(firstByte[group], seconds(LoopMetrics.FIRST_BYTE_NS + group), "route", route));
      for (final double quantile : QUANTILES) {
        recent.dataPoint(
            level(
                firstByte[group].recentQuantileSeconds(quantile),
                "route",
                route,
                "quantile",
                label(quantile)));
      }
    }
    all.metricSnapshot(latency.build()).metricSnapshot(recent.build());
    all.metricSnapshot(
        total(
            "sluice_control_requests",
            "Questions handed from the event loops to the control plane.",
            LoopMetrics.CONTROL_REQUESTS));
  }

  private void collectTransfers(final MetricSnapshots.Builder all) {
    all.metricSnapshot(
        family(
            "sluice_served_bytes",
            "Body bytes taken by clients' sockets, by where they came from.",
            ByteSource.labels(),
            LoopMetrics.BYTES_SERVED));
    all.metricSnapshot(
        total(
            "sluice_disk_read_bytes",
            "Bytes read from the disk, alignment and repeated reads included.",
            LoopMetrics.DISK_READ_BYTES));
    all.metricSnapshot(
        histogram("sluice_transfer_duration_seconds", "Duration of completed transfers.")
            .dataPoint(buckets(transfer, seconds(LoopMetrics.TRANSFER_NS)))
            .build());
    final GaugeSnapshot.Builder recent =
        gauge(
            "sluice_transfer_duration_recent_seconds",
            "Quantiles of the duration of transfers completed in the last one to two minutes.");
    for (final double quantile : QUANTILES) {
      recent.dataPoint(
          level(transfer.recentQuantileSeconds(quantile), "quantile", label(quantile)));
    }
    all.metricSnapshot(recent.build());
    all.metricSnapshot(
        total(
            "sluice_transfers_completed",
            "Transfers that sent their last byte.",
            LoopMetrics.TRANSFERS_COMPLETED));
    all.metricSnapshot(
        total(
            "sluice_transfers_completed_bytes",
            "Body bytes of completed transfers.",
            LoopMetrics.TRANSFER_BYTES));
    all.metricSnapshot(
        family(
            "sluice_transfers_aborted",
            "Transfers that ended before their last byte.",
            AbortReason.labels(),
            LoopMetrics.TRANSFERS_ABORTED));
    all.metricSnapshot(
        perLoop("sluice_open_blobs", "Blob files that are open.", LoopMetrics.OPEN_BLOBS));
  }

  private void collectRelays(final MetricSnapshots.Builder all) {
    all.metricSnapshot(
        total(
            "sluice_relays_shared",
            "Relays that got their bytes from a fetch that was under way for another client.",
            LoopMetrics.RELAYS_SHARED));
    all.metricSnapshot(
        total(
            "sluice_peer_hedges",
            "Second peers asked because the first took longer than most.",
            LoopMetrics.PEER_HEDGES));
    all.metricSnapshot(
        total(
            "sluice_peer_failovers",
            "Peers that failed within a body and were replaced.",
            LoopMetrics.PEER_FAILOVERS));
    all.metricSnapshot(
        total(
            "sluice_peer_calls_failed",
            "Calls to peers that failed, for whatever reason.",
            LoopMetrics.PEER_CALLS_FAILED));
  }

  private void collectConnections(final MetricSnapshots.Builder all) {
    all.metricSnapshot(
        total(
            "sluice_connections_opened", "Connections accepted.", LoopMetrics.CONNECTIONS_OPENED));
    all.metricSnapshot(
        total(
            "sluice_connections_moved",
            "Connections that went to the loop that reads what they want.",
            LoopMetrics.CONNECTIONS_MOVED_OUT));
    final GaugeSnapshot.Builder open = gauge("sluice_connections", "Connections that are open.");
    for (final LoopMetrics loop : loops) {
      // Closed first: a connection that opens and closes in between must not make this negative.
      final long gone =
          loop.value(LoopMetrics.CONNECTIONS_CLOSED)
              + loop.value(LoopMetrics.CONNECTIONS_MOVED_OUT);
      final long come =
          loop.value(LoopMetrics.CONNECTIONS_OPENED) + loop.value(LoopMetrics.CONNECTIONS_MOVED_IN);
      open.dataPoint(level(come - gone, "loop", name(loop)));
    }
    all.metricSnapshot(open.build());
    all.metricSnapshot(
        total(
            "sluice_accept_pauses",
            "Times that accepting stopped for want of a slot or a descriptor.",
            LoopMetrics.ACCEPT_PAUSES));
    all.metricSnapshot(
        total(
            "sluice_accept_failures",
            "Accepts that ended with an error.",
            LoopMetrics.ACCEPT_FAILURES));
  }

  private void collectPool(final MetricSnapshots.Builder all) {
    all.metricSnapshot(
        perLoop(
            "sluice_pool_blocks_capacity",
            "Blocks in the transfer pool.",
            LoopMetrics.POOL_CAPACITY));
    all.metricSnapshot(
        perLoop(
            "sluice_pool_blocks_used",
            "Blocks of the transfer pool that are not free.",
            LoopMetrics.POOL_IN_USE));
    all.metricSnapshot(
        perLoop(
            "sluice_pool_blocks_used_max",
            "Most blocks of the transfer pool that were not free at once.",
            LoopMetrics.POOL_IN_USE_MAX));
    all.metricSnapshot(
        total(
            "sluice_pool_waits",
            "Times that a transfer had to wait for a block, or for its turn to read.",
            LoopMetrics.POOL_WAITS));
    all.metricSnapshot(
        counter(
                "sluice_pool_wait_seconds",
                "Time that transfers waited for blocks, or for their turn to read.")
            .dataPoint(count(seconds(LoopMetrics.POOL_WAIT_NS)))
            .build());
    all.metricSnapshot(
        total(
            "sluice_pool_blocks_revoked",
            "Blocks taken back from behind slow readers.",
            LoopMetrics.BUFFERS_REVOKED));
  }

  private void collectTurns(final MetricSnapshots.Builder all) {
    final CounterSnapshot.Builder turns = counter("sluice_loop_turns", "Turns of the event loop.");
    final CounterSnapshot.Builder busy =
        counter("sluice_loop_busy_seconds", "Time in turns, without waiting for completions.");
    final CounterSnapshot.Builder stalls =
        counter("sluice_loop_stalls", "Turns that were busy for more than 50 ms.");
    final GaugeSnapshot.Builder longest =
        gauge("sluice_loop_turn_max_seconds", "Longest turn since the start.");
    for (final LoopMetrics loop : loops) {
      final String name = name(loop);
      turns.dataPoint(count(loop.value(LoopMetrics.LOOP_TURNS), "loop", name));
      busy.dataPoint(count(loop.value(LoopMetrics.LOOP_BUSY_NS) / NS_PER_SECOND, "loop", name));
      stalls.dataPoint(count(loop.value(LoopMetrics.LOOP_STALLS), "loop", name));
      longest.dataPoint(
          level(loop.value(LoopMetrics.LOOP_TURN_MAX_NS) / NS_PER_SECOND, "loop", name));
    }
    all.metricSnapshot(turns.build())
        .metricSnapshot(busy.build())
        .metricSnapshot(stalls.build())
        .metricSnapshot(longest.build());
  }

  private CounterSnapshot total(final String name, final String help, final int offset) {
    return counter(name, help).dataPoint(count(sum(offset))).build();
  }

  private CounterSnapshot family(
      final String name, final String help, final CounterLabels labels, final int firstOffset) {
    final CounterSnapshot.Builder family = counter(name, help);
    for (int i = 0; i < labels.count(); i++) {
      family.dataPoint(count(sum(firstOffset + i), labels.name(), labels.value(i)));
    }
    return family.build();
  }

  private GaugeSnapshot perLoop(final String name, final String help, final int offset) {
    final GaugeSnapshot.Builder gauge = gauge(name, help);
    for (final LoopMetrics loop : loops) {
      gauge.dataPoint(level(loop.value(offset), "loop", name(loop)));
    }
    return gauge.build();
  }

  private long sum(final int offset) {
    long sum = 0;
    for (final LoopMetrics loop : loops) {
      sum += loop.value(offset);
    }
    return sum;
  }

  private double seconds(final int offset) {
    return sum(offset) / NS_PER_SECOND;
  }

  private static String name(final LoopMetrics loop) {
    return Integer.toString(loop.loop());
  }

  private static String label(final double quantile) {
    return quantile == 1 ? "1" : Double.toString(quantile);
  }

  private static long[] boundsNs(final long... boundsUs) {
    final long[] ns = boundsUs.clone();
    for (int i = 0; i < ns.length; i++) {
      ns[i] *= 1_000;
    }
    return ns;
  }
}

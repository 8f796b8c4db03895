package io.sluice.perf.workload;

import io.sluice.perf.confine.HostNetwork;
import io.sluice.perf.confine.RemoteHost;
import io.sluice.perf.contender.NodeContender;
import io.sluice.perf.data.LayerSet;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Relays between two nodes that find each other's content by themselves, as in a cluster: what a
 * relaying node is charged includes its router. Each has a network namespace of its own.
 */
final class FoundRelays {
  /** Where routers listen; those of all nodes at the same port. */
  private static final int ROUTER_PORT = 5001;

  private FoundRelays() {}

  /** What the relaying node is called. */
  static String nameOf(NodeContender node) {
    return node.name() + " with discovery";
  }

  /**
   * Starts both nodes and warms them up, and adds one measurement of the one that relays to each
   * round.
   *
   * @param subject what the figures are reported as
   * @param turn the measurement
   */
  static void enter(Stage stage, Contest contest, WarmUp warmUp, String subject, Contest.Turn turn)
      throws IOException, InterruptedException {
    List<RemoteHost> hosts = HostNetwork.create(2, stage.cleanup());
    NodeContender source = node(stage, "source with discovery", hosts.get(0), hosts.get(1));
    contest.enter(
        source, stage.layers(), OptionalLong.empty(), (name, session) -> warmUp.run(session));
    NodeContender relaying =
        node(
            stage,
            nameOf(stage.node()),
            hosts.get(1),
            hosts.get(0),
            "--store=oci:" + LayerSet.empty(stage.cleanup()));
    contest.enter(
        relaying, stage.layers(), OptionalLong.empty(), (name, session) -> warmUp.run(session));
    contest.turn(relaying, subject, turn);
  }

  private static NodeContender node(
      Stage stage, String name, RemoteHost host, RemoteHost first, String... more) {
    List<String> flags = new ArrayList<>(List.of(more));
    flags.add("--bootstrap-kind=static");
    flags.add("--static-bootstrap-peers=/ip4/" + text(first.address()) + "/tcp/" + ROUTER_PORT);
    flags.add("--router-addr=" + text(host.address()) + ":" + ROUTER_PORT);
    return stage.node().with(name, flags).on(host);
  }

  private static String text(InetAddress address) {
    return address.getHostAddress();
  }
}

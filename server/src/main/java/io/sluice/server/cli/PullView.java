package io.sluice.server.cli;

import io.sluice.server.pull.PullListener;

/** Shows how a pull goes. */
interface PullView extends PullListener {
  /** Nothing more will be shown of it. */
  void end();
}

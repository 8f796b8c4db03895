package io.sluice.server.cli;

import io.sluice.server.doctor.Doctor;
import io.sluice.server.doctor.Finding;
import java.io.PrintStream;

/** Prints what the doctor finds, one line each. */
final class DoctorCommand {
  private final PrintStream out;

  DoctorCommand(PrintStream out) {
    this.out = out;
  }

  /**
   * Examines and prints.
   *
   * @return the exit code: 0 if nothing failed
   */
  int run(Command.Doctor command) {
    Doctor doctor = new Doctor(command.settings());
    command
        .containerdConfig()
        .ifPresent(file -> doctor.withContainerd(file, command.certificates()));
    command.pull().ifPresent(doctor::withPull);
    int code = ExitCode.OK;
    for (Finding finding : doctor.examine()) {
      out.println(finding);
      if (finding.outcome() == Finding.Outcome.FAIL) {
        code = ExitCode.FAILURE;
      }
    }
    return code;
  }
}

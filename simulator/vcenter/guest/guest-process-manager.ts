import type { ManagedObject, MethodHandlers } from "../managed-object";
import type { GuestOperations } from "./guest-operations";
import { given } from "../../../provider/values/given";

/** GuestProcessManager: docs/reference/guest-operations.md#programs. */
export class GuestProcessManager implements ManagedObject {
  readonly ref = { type: "GuestProcessManager", value: "guestOperationsProcessManager" } as const;
  readonly properties = {};
  readonly #guests: GuestOperations;

  constructor(guests: GuestOperations) {
    this.#guests = guests;
  }

  readonly methods: MethodHandlers<"GuestProcessManager"> = {
    StartProgramInGuest: (p) => {
      const { $type: _type, envVariables = [], workingDirectory, ...program } = p.spec;
      const subject = {
        file: program.programPath,
        ...given({ directory: workingDirectory }),
      };
      return this.#guests.run("StartProgramInGuest", p, subject, (agent, auth) =>
        agent.startProgramInGuest(auth, {
          ...program,
          envVariables,
          ...given({ workingDirectory }),
        }),
      );
    },
    ListProcessesInGuest: (p) =>
      this.#guests.run("ListProcessesInGuest", p, {}, (agent, auth) => agent.listProcessesInGuest(auth, p.pids ?? [])),
    TerminateProcessInGuest: (p) =>
      this.#guests.run("TerminateProcessInGuest", p, { pid: p.pid }, (agent, auth) =>
        agent.terminateProcessInGuest(auth, p.pid),
      ),
    ReadEnvironmentVariableInGuest: (p) =>
      this.#guests.run("ReadEnvironmentVariableInGuest", p, {}, (agent, auth) =>
        agent.readEnvironmentVariableInGuest(auth, p.names ?? []),
      ),
  };
}

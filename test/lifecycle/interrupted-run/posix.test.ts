import { interruptedRuns } from "./rules";

interruptedRuns({
  os: "linux",
  temporary: "tmp",
  script: (name, exitCode) =>
    `echo ran >>/srv/runs${name}; until [ -e /srv/go${name} ]; do sleep 0.05; done; echo done; exit ${exitCode}`,
});

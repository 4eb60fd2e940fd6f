import { connect } from "node:http2";

/** Between two attempts to reach an engine that does not answer any more. */
const pauseMs = 500;
/** So many attempts in a row have to fail: one lost connection alone says nothing. */
const missesUntilGone = 2;

/** The address that Pulumi's engine gives a provider on its command line: the argument that is no flag, nor the value of one. */
export function engineAddress(args: readonly string[]): string | undefined {
  return args.find(
    (arg, index) => /^[^-].*:\d+$/.test(arg) && !["--tracing", "-tracing"].includes(args[index - 1] ?? ""),
  );
}

/**
 * Calls `gone` when the engine that was there is there no more. A killed engine tells nobody: it is neither always the
 * parent process nor at the other end of standard input, but it always listens, with gRPC and so HTTP/2, at the address that it has given
 * (docs/reference/pulumi.md#the-end-of-the-engine). One idle connection is kept to it. An engine that was never reached cannot be lost.
 */
export function watchEngine(address: string, gone: () => void): void {
  let wasThere = false;
  let misses = 0;
  const reach = () => {
    const session = connect(`http://${address}`);
    session.unref();
    session.once("remoteSettings", () => {
      wasThere = true;
      misses = 0;
    });
    session.on("error", () => {});
    session.once("close", () => {
      if (!wasThere) return;
      misses += 1;
      if (misses < missesUntilGone) setTimeout(reach, pauseMs).unref();
      else gone();
    });
  };
  reach();
}

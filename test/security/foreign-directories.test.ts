import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { LocalTree } from "../lifecycle/guest-directory/local-tree";
import { inAttackedGuest } from "./attacked-guest";
import { eve, Neighbour } from "./neighbour";

const marker = "TOP-SECRET";

/** Root deploys into directories of another user, who renames, links and squats in them. */
inAttackedGuest((guest) => {
  let number = 0;
  let hers = "";
  let roots = "";
  const source = new LocalTree({ a: "a\n", "sub/b": "b\n" });
  afterAll(() => source.remove());

  beforeEach(() => {
    number += 1;
    [hers, roots] = [`/srv/hers-${number}`, `/srv/roots-${number}`];
    mkdirSync(guest.at(roots), { mode: 0o755 });
    writeFileSync(guest.at(`${roots}/key`), marker, { mode: 0o600 });
    makeHers(hers);
    makeHers(`${hers}/conf.d`);
  });
  afterEach(() => guest.simulator.clearDisturbances());

  function makeHers(path: string): void {
    mkdirSync(guest.at(path), { mode: 0o755 });
    chownSync(guest.at(path), eve.uid, eve.gid);
  }
  /** She puts a link of this name into the place of what is there. */
  function link(name: string, to: string): void {
    const path = guest.at(`${hers}/${name}`);
    if (existsSync(path)) renameSync(path, `${path}.gone`);
    symlinkSync(to, path);
    lchownSync(path, eve.uid, eve.gid);
  }
  const rootsAre = (expected: readonly string[]) => {
    expect(readdirSync(guest.at(roots)).sort()).toEqual([...expected].sort());
    expect(readFileSync(guest.at(`${roots}/key`), "utf8")).toBe(marker);
    const { mode, uid } = statSync(guest.at(`${roots}/key`));
    expect([mode & 0o777, uid]).toEqual([0o600, 0]);
  };
  const file = (more: object = {}) => ({ vm: guest.vm, path: `${hers}/conf.d/job`, content: "job\n", ...more });
  const refusal = /conf\.d.* is a link/;

  test("a link of hers above a file leads it nowhere", async () => {
    link("conf.d", roots);
    await expect(guest.file().up(file())).rejects.toThrow(refusal);
    await expect(guest.file().up(file({ path: `${hers}/conf.d/new/job`, createParents: true }))).rejects.toThrow(
      refusal,
    );
    rootsAre(["key"]);
  });

  test("a link of hers above a directory leads it and its tree nowhere", async () => {
    link("conf.d", roots);
    const directory = { vm: guest.vm, path: `${hers}/conf.d/app` };
    await expect(guest.directory().up(directory)).rejects.toThrow(refusal);
    rootsAre(["key"]);
  });

  test("a link of hers, put there later, gives nothing away to update and destroy", async () => {
    const [one, directory] = [guest.file(), guest.directory()];
    await one.up(file());
    const declared = { vm: guest.vm, path: `${hers}/conf.d/app`, recursiveDelete: true };
    await directory.up(declared);
    mkdirSync(guest.at(`${roots}/app`));
    writeFileSync(guest.at(`${roots}/job`), "job\n");
    writeFileSync(guest.at(`${roots}/app/data`), "data");
    link("conf.d", roots);
    await guest.host.begin();
    await expect(one.up(file({ content: "changed\n" }))).rejects.toThrow(refusal);
    await expect(one.up(file({ mode: "0666" }))).rejects.toThrow(refusal);
    await expect(one.destroy()).rejects.toThrow(refusal);
    await expect(directory.destroy()).rejects.toThrow(refusal);
    rootsAre(["app", "job", "key"]);
    expect(readFileSync(guest.at(`${roots}/job`), "utf8")).toBe("job\n");
    expect(readdirSync(guest.at(`${roots}/app`))).toEqual(["data"]);
  });

  test("a link of hers is neither followed nor read, also where links are followed", async () => {
    link("key", `${roots}/key`);
    const declared = { vm: guest.vm, path: `${hers}/key`, content: "mine\n", symlinks: "follow" };
    const one = guest.file();
    await expect(one.up(declared)).rejects.toThrow(/is a link to .* where links are not followed/);
    link("conf.d", roots);
    const below = guest.file();
    for (const name of ["key", "absent"]) {
      const ahead = await below.differences(file({ path: `${hers}/conf.d/${name}` }));
      expect(ahead.join("\n")).toMatch(/conf\.d: is a link to .* making it fails/);
    }
    expect(one.said + below.said).not.toContain(marker);
    rootsAre(["key"]);
  });

  const changes = [
    "ChangeFileAttributesInGuest",
    "MoveFileInGuest",
    "InitiateFileTransferToGuest",
    "StartProgramInGuest",
  ];
  /** She swaps just before anything is carried out: the best moment that she can have. */
  function beforeEachChange(happens: () => void): void {
    for (const method of changes) guest.simulator.onRequest({ method, times: 1000, happens });
  }

  test("who swaps the file for a link before its attributes are set changes nothing of root's", async () => {
    const path = `${hers}/shared`;
    for (const mode of ["0666", "0604"]) {
      rmSync(guest.at(path), { force: true });
      writeFileSync(guest.at(path), "hers", { mode: 0o600 });
      chownSync(guest.at(path), eve.uid, eve.gid);
      beforeEachChange(() => {
        if (!lstatSync(guest.at(path)).isSymbolicLink()) link("shared", `${roots}/key`);
      });
      await expect(guest.file().up({ vm: guest.vm, path, mode })).rejects.toThrow(/link/);
      guest.simulator.clearDisturbances();
      rootsAre(["key"]);
    }
  });

  test("who swaps the directory for a link before a change of what is in it leads nothing out of it", async () => {
    const [one, tree] = [guest.file(), guest.directory()];
    const declaredTree = { vm: guest.vm, path: `${hers}/conf.d/tree`, source: source.path, recursiveDelete: true };
    await one.up(file());
    await tree.up(declaredTree);
    beforeEachChange(() => {
      if (!lstatSync(guest.at(`${hers}/conf.d`)).isSymbolicLink()) link("conf.d", roots);
    });
    const unswap = () => {
      rmSync(guest.at(`${hers}/conf.d`));
      renameSync(guest.at(`${hers}/conf.d.gone`), guest.at(`${hers}/conf.d`));
    };
    mkdirSync(guest.at(`${roots}/tree/sub`), { recursive: true });
    for (const name of ["job", "tree/a", "tree/sub/b"]) writeFileSync(guest.at(`${roots}/${name}`), "root's");
    for (const change of [
      () => one.up(file({ content: "changed\n" })),
      () => one.up(file({ content: "changed\n", backup: { suffix: ".before" } })),
      () => one.up(file({ mode: "0666" })),
      () => one.destroy(),
      () => tree.up({ ...declaredTree, fileMode: "0666" }),
      () => tree.destroy(),
      () => guest.file().up(file({ path: `${hers}/conf.d/new` })),
      () => guest.directory().up({ ...declaredTree, path: `${hers}/conf.d/new` }),
    ]) {
      await guest.host.begin();
      await expect(change()).rejects.toThrow(/link/);
      unswap();
    }
    rootsAre(["job", "key", "tree"]);
    for (const name of ["job", "tree/a", "tree/sub/b"]) {
      expect(readFileSync(guest.at(`${roots}/${name}`), "utf8")).toBe("root's");
      expect(statSync(guest.at(`${roots}/${name}`)).mode & 0o777).toBe(0o644);
    }
  });

  test("who flips all the time gets nothing of root's either", async () => {
    const flip = (name: string, to: string) =>
      `mv ${hers}/${name} ${hers}/real; ln -s ${to} ${hers}/${name}; rm -f ${hers}/${name}; mv ${hers}/real ${hers}/${name}`;
    const lines = `${flip("conf.d", roots)}\n${flip("shared", `${roots}/key`)}`;
    writeFileSync(guest.at(`${hers}/shared`), "hers");
    chownSync(guest.at(`${hers}/shared`), eve.uid, eve.gid);
    await guest.host.begin();
    await new Neighbour(guest).meanwhile(lines, async () => {
      for (let round = 0; round < 8; round++) {
        const [one, shared] = [guest.file(), guest.file()];
        await one.upWithin(file({ mode: "0666" })).catch(() => undefined);
        await one.destroyWithin().catch(() => undefined);
        const mode = round % 2 === 0 ? "0604" : "0666";
        await shared.upWithin({ vm: guest.vm, path: `${hers}/shared`, mode }).catch(() => undefined);
      }
    });
    rootsAre(["key"]);
  });

  test("what others have under a second name keeps its attributes", async () => {
    // As where hard links to others' files are not protected.
    linkSync(guest.at(`${roots}/key`), guest.at(`${hers}/second`));
    const declared = { vm: guest.vm, path: `${hers}/second`, mode: "0644" };
    await expect(guest.file().up(declared)).rejects.toThrow(/second/);
    rootsAre(["key"]);
  });

  test("files in her directories are made, changed, backed up, checked and removed as anywhere", async () => {
    const one = guest.file();
    const path = `${hers}/conf.d/app.conf`;
    const at = guest.at(path);
    const declared = { vm: guest.vm, path, content: "one\n", mode: "0640", owner: "eve", group: "1666" };
    expect(await one.up(declared)).toBe("create");
    expect([readFileSync(at, "utf8"), statSync(at).uid, statSync(at).gid, statSync(at).mode & 0o777]).toEqual([
      "one\n",
      eve.uid,
      eve.gid,
      0o640,
    ]);
    expect(await one.up(declared)).toBe("same");
    expect(await one.up({ ...declared, content: "two\n", validateCommand: "grep -q two {path}" })).toBe("update");
    await expect(one.up({ ...declared, content: "3\n", validateCommand: "grep two {path}" })).rejects.toThrow(
      /validateCommand ended with 1/,
    );
    expect(readFileSync(at, "utf8")).toBe("two\n");
    expect(await one.up({ ...declared, content: "", mode: "0600" })).toBe("update");
    expect([statSync(at).size, statSync(at).mode & 0o777, statSync(at).uid]).toEqual([0, 0o600, eve.uid]);
    chmodSync(at, 0o666);
    await guest.host.begin();
    expect(await one.up({ ...declared, content: "", mode: "0600" })).toBe("update");
    expect(statSync(at).mode & 0o777).toBe(0o600);
    await one.destroy();
    expect(readdirSync(guest.at(`${hers}/conf.d`))).toEqual([]);
    expect(readdirSync(guest.at("/tmp")).filter((name) => name.includes("vsphere-guest"))).toEqual([]);
  });

  test("what was there before is adopted, backed up and put back as anywhere", async () => {
    const path = `${hers}/conf.d/app.conf`;
    writeFileSync(guest.at(path), "before\n", { mode: 0o640 });
    chownSync(guest.at(path), eve.uid, eve.gid);
    const one = guest.file();
    await expect(one.up({ vm: guest.vm, path, content: "x", onExists: "error" })).rejects.toThrow(
      /there already|exists/,
    );
    expect(await one.up({ vm: guest.vm, path, content: "after\n", backup: { suffix: ".before" } })).toBe("create");
    expect(readFileSync(guest.at(path), "utf8")).toBe("after\n");
    expect([statSync(guest.at(path)).uid, statSync(guest.at(path)).mode & 0o777]).toEqual([eve.uid, 0o640]);
    expect(readdirSync(guest.at(`${hers}/conf.d`))).toHaveLength(2);
    await one.destroy();
    expect(readFileSync(guest.at(path), "utf8")).toBe("before\n");
    expect(readdirSync(guest.at(`${hers}/conf.d`))).toEqual(["app.conf"]);
  });

  test("directories are made, changed and removed as anywhere, also in /tmp", async () => {
    for (const parent of [`${hers}/conf.d`, "/tmp"]) {
      const path = `${parent}/made-${number}`;
      const directory = guest.directory();
      const declared = { vm: guest.vm, path: `${path}/in`, createParents: true, mode: "0750", owner: "eve" };
      expect(await directory.up(declared)).toBe("create");
      expect([statSync(guest.at(`${path}/in`)).uid, statSync(guest.at(`${path}/in`)).mode & 0o777]).toEqual([
        eve.uid,
        0o750,
      ]);
      expect(await directory.up({ ...declared, mode: "0700" })).toBe("update");
      expect(await directory.up({ ...declared, mode: "0700" })).toBe("same");
      writeFileSync(guest.at(`${path}/in/theirs`), "");
      await expect(directory.destroy()).rejects.toThrow(/did not make: theirs/);
      rmSync(guest.at(`${path}/in/theirs`));
      await directory.destroy();
      expect(existsSync(guest.at(path))).toBe(false);
    }
  });

  test("links of root's lead on, into her directories too", async () => {
    symlinkSync(hers, guest.at(`/srv/current-${number}`));
    const one = guest.file();
    const declared = { vm: guest.vm, path: `/srv/current-${number}/conf.d/x`, content: "x\n" };
    expect(await one.up(declared)).toBe("create");
    expect(readFileSync(guest.at(`${hers}/conf.d/x`), "utf8")).toBe("x\n");
    await one.destroy();
    expect(lstatSync(guest.at(`/srv/current-${number}`)).isSymbolicLink()).toBe(true);
  });
});

import * as pulumi from "@pulumi/pulumi";
import * as guest from "pulumi-vsphere-guest";

/**
 * Configures an application inside every VM of the list `vms`: gate, directories, files, and a script that runs again
 * whenever one of the files changes.
 */
export async function program(): Promise<Record<string, unknown>> {
  const config = new pulumi.Config();
  const vms = config.requireObject<string[]>("vms");
  const databasePassword = config.requireSecret("databasePassword");

  const outputs = vms.map((vm) => configureApplication(vm, databasePassword));
  return { applied: outputs };
}

function configureApplication(vm: string, databasePassword: pulumi.Output<string>) {
  const name = vm.split("/").at(-1) ?? vm;

  const gate = new guest.GuestEnvCheck(`${name}-gate`, {
    vm,
    guestFamily: "linuxGuest",
    minimumToolsVersion: "12.0.0",
    variables: { PATH: { matches: "/usr/bin" }, HOME: "/root", http_proxy: { absent: true } },
    paths: { "/bin/sh": "present" },
  });

  const directory = new guest.GuestDirectory(
    `${name}-config-dir`,
    { vm, path: "/etc/app", mode: "0755" },
    { dependsOn: gate },
  );
  const dropIns = new guest.GuestDirectory(
    `${name}-drop-ins`,
    { vm, path: "/etc/app/conf.d", mode: "0750" },
    { dependsOn: directory },
  );

  const configFile = new guest.GuestFile(
    `${name}-config`,
    {
      vm,
      path: "/etc/app/app.conf",
      content: ["# Managed by Pulumi", "listen = 8080", "log_level = info", `instance = ${name}`, ""].join("\n"),
      mode: "0644",
    },
    { dependsOn: directory },
  );

  const credentials = new guest.GuestFile(
    `${name}-credentials`,
    { vm, path: "/etc/app/credentials", content: pulumi.interpolate`password = ${databasePassword}\n`, mode: "0600" },
    { dependsOn: directory },
  );

  // There before us: it is taken over, kept beside itself, and back after destroy.
  new guest.GuestFile(
    `${name}-issue`,
    {
      vm,
      path: "/etc/issue",
      content: "Managed by Pulumi. Changes made here are put right.\n",
      backup: { suffix: ".orig" },
    },
    { dependsOn: gate },
  );

  const apply = new guest.GuestProgramRun(
    `${name}-apply`,
    {
      vm,
      script:
        'set -e\ncut -d= -f1 /etc/app/app.conf | sort > /var/lib/app.keys\necho "applied $(grep -c = /etc/app/app.conf) settings"',
      triggers: [configFile.changedAt, credentials.changedAt],
      delete: "rm -f /var/lib/app.keys",
    },
    { dependsOn: [dropIns] },
  );

  return { vm: name, said: apply.stdout, exitCode: apply.exitCode };
}

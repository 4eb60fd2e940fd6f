import * as pulumi from "@pulumi/pulumi";
import * as guest from "pulumi-vsphere-guest/native";

const vm = new pulumi.Config().require("vm");

const gate = new guest.GuestEnvCheck("gate", { vm, guestFamily: "linuxGuest", variables: { HOME: "/root" } });

const directory = new guest.GuestDirectory("config-dir", { vm, path: "/etc/app", mode: "0755" }, { dependsOn: gate });

const config = new guest.GuestFile("config", {
  vm,
  path: pulumi.interpolate`${directory.path}/app.conf`,
  content: "listen = 8080\n",
  mode: "0640",
});

const apply = new guest.GuestProgramRun("apply", {
  vm,
  script: "cat /etc/app/app.conf",
  triggers: [config.changedAt],
});

export const said = apply.stdout;
export const system = guest.getGuestOutput({ vm }).guestFamily;

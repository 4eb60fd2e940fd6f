/** One short program per resource and function, as documentation and hover texts show it. */
interface Example {
  readonly title: string;
  readonly typescript: string;
  readonly yaml: string;
}

const head = 'import * as guest from "pulumi-vsphere-guest/native";\n\n';

const examples: Readonly<Record<string, Example>> = {
  GuestFile: {
    title: "A configuration file",
    typescript: `${head}new guest.GuestFile("conf", {
  vm: "/DC0/vm/web-1",
  path: "/etc/app/app.conf",
  content: "listen = 8080\\n",
  mode: "0640",
  createParents: true,
});`,
    yaml: `resources:
  conf:
    type: vsphere-guest:GuestFile
    properties:
      vm: /DC0/vm/web-1
      path: /etc/app/app.conf
      content: |
        listen = 8080
      mode: "0640"
      createParents: true`,
  },
  GuestDirectory: {
    title: "A directory tree from this machine",
    typescript: `${head}new guest.GuestDirectory("site", {
  vm: "/DC0/vm/web-1",
  path: "/srv/site",
  source: "./site",
  purge: true,
  exclude: ["*.log"],
});`,
    yaml: `resources:
  site:
    type: vsphere-guest:GuestDirectory
    properties:
      vm: /DC0/vm/web-1
      path: /srv/site
      source: ./site
      purge: true
      exclude: ["*.log"]`,
  },
  GuestProgramRun: {
    title: "A restart whenever a file changes",
    typescript: `${head}const conf = new guest.GuestFile("conf", { vm: "web-1", path: "/etc/app.conf", content: "listen = 8080\\n" });
new guest.GuestProgramRun("restart", {
  vm: "web-1",
  program: "/usr/bin/systemctl",
  arguments: ["restart", "app"],
  triggers: [conf.sha256],
});`,
    yaml: `resources:
  conf:
    type: vsphere-guest:GuestFile
    properties: { vm: web-1, path: /etc/app.conf, content: "listen = 8080" }
  restart:
    type: vsphere-guest:GuestProgramRun
    properties:
      vm: web-1
      program: /usr/bin/systemctl
      arguments: [restart, app]
      triggers: ["\${conf.sha256}"]`,
  },
  GuestEnvCheck: {
    title: "A gate before other work",
    typescript: `${head}const gate = new guest.GuestEnvCheck("gate", {
  vm: "web-1",
  guestFamily: "linuxGuest",
  variables: { PATH: { matches: "/usr/bin" }, http_proxy: { absent: true } },
  paths: { "/bin/sh": "present" },
});`,
    yaml: `resources:
  gate:
    type: vsphere-guest:GuestEnvCheck
    properties:
      vm: web-1
      guestFamily: linuxGuest
      variables: { PATH: { matches: /usr/bin }, http_proxy: { absent: true } }
      paths: { /bin/sh: present }`,
  },
  getGuest: call("getGuest", "The address of a machine", 'vm: "web-1"', "ipAddress"),
  findVirtualMachines: call("findVirtualMachines", "All web servers", 'name: "web-*", ready: true', "virtualMachines"),
  getFile: call("getFile", "Whether a file exists", 'vm: "web-1", path: "/etc/app.conf"', "exists"),
  readFile: call("readFile", "A file's text", 'vm: "web-1", path: "/etc/hostname"', "content"),
  listFiles: call(
    "listFiles",
    "The drop-ins of a unit",
    'vm: "web-1", path: "/etc/app/conf.d", matchPattern: "conf$"',
    "files",
  ),
  listProcesses: call("listProcesses", "Running servers", 'vm: "web-1", name: "nginx"', "processes"),
  getEnvironment: call("getEnvironment", "Where programs are looked for", 'vm: "web-1", names: ["PATH"]', "variables"),
  validateCredentials: call("validateCredentials", "Whether the login works", 'vm: "web-1"', "valid"),
};

function call(name: string, title: string, args: string, output: string): Example {
  return {
    title,
    typescript: `${head}export const ${output} = guest.${name}Output({ ${args} }).${output};`,
    yaml: `outputs:
  ${output}:
    fn::invoke:
      function: vsphere-guest:${name}
      arguments: { ${args} }
      return: ${output}`,
  };
}

/** The description with its example, in the form that Pulumi's documentation and code generators take apart. */
export function withExamples(token: string, description: string): string {
  const example = examples[token];
  if (example === undefined) throw new Error(`there is no example for ${token}`);
  const { title, typescript, yaml } = example;
  return `${description}

{{% examples %}}
## Example Usage
{{% example %}}
### ${title}

\`\`\`typescript
${typescript}
\`\`\`

\`\`\`yaml
${yaml}
\`\`\`
{{% /example %}}
{{% /examples %}}`;
}

import pulumi
import pulumi_vsphere_guest as guest

vm = pulumi.Config().require("vm")

gate = guest.GuestEnvCheck("gate", vm=vm, guest_family="linuxGuest", variables={"HOME": "/root"})

directory = guest.GuestDirectory(
    "config-dir",
    vm=vm,
    path="/etc/app",
    mode="0755",
    opts=pulumi.ResourceOptions(depends_on=[gate]),
)

config = guest.GuestFile(
    "config",
    vm=vm,
    path=pulumi.Output.concat(directory.path, "/app.conf"),
    content="listen = 8080\n",
    mode="0640",
)

apply = guest.GuestProgramRun("apply", vm=vm, script="cat /etc/app/app.conf", triggers=[config.changed_at])

pulumi.export("said", apply.stdout)
pulumi.export("system", guest.get_guest_output(vm=vm).guest_family)

package main

import (
	"github.com/pulumi-vsphere-guest/pulumi-vsphere-guest/sdk/go/vsphereguest"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		vm := pulumi.String(config.New(ctx, "").Require("vm"))

		gate, err := vsphereguest.NewGuestEnvCheck(ctx, "gate", &vsphereguest.GuestEnvCheckArgs{
			Vm:          vm,
			GuestFamily: vsphereguest.GuestFamilyLinuxGuest,
			Variables:   pulumi.Map{"HOME": pulumi.String("/root")},
		})
		if err != nil {
			return err
		}
		directory, err := vsphereguest.NewGuestDirectory(ctx, "config-dir", &vsphereguest.GuestDirectoryArgs{
			Vm:   vm,
			Path: pulumi.String("/etc/app"),
			Mode: pulumi.String("0755"),
		}, pulumi.DependsOn([]pulumi.Resource{gate}))
		if err != nil {
			return err
		}
		file, err := vsphereguest.NewGuestFile(ctx, "config", &vsphereguest.GuestFileArgs{
			Vm:      vm,
			Path:    pulumi.Sprintf("%s/app.conf", directory.Path),
			Content: pulumi.String("listen = 8080\n"),
			Mode:    pulumi.String("0640"),
		})
		if err != nil {
			return err
		}
		apply, err := vsphereguest.NewGuestProgramRun(ctx, "apply", &vsphereguest.GuestProgramRunArgs{
			Vm:       vm,
			Script:   pulumi.String("cat /etc/app/app.conf"),
			Triggers: pulumi.Array{file.ChangedAt},
		})
		if err != nil {
			return err
		}

		ctx.Export("said", apply.Stdout)
		ctx.Export("system", vsphereguest.GetGuestOutput(ctx, vsphereguest.GetGuestOutputArgs{Vm: vm}).GuestFamily())
		return nil
	})
}

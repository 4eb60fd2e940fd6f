// Pulumi provider for what is inside VMware virtual machines: files, directories, program runs and environment checks, through vSphere guest operations.
package vsphereguest

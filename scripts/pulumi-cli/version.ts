/** Version of the Pulumi CLI that is built where none is found. */
export const pulumiCliVersion = "3.274.1";

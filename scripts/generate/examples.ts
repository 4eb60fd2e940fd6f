import type { CallExample } from "../../provider/functions/guest-function";
import { packageName } from "../../provider/vocabulary/tokens";
import type { ProgramExample } from "../../provider/resources/resource-kind";

/** A description with an example of a resource. */
export function withProgram(description: string, { title, typescript, yaml }: ProgramExample): string {
  return withExample(description, title, typescript, `resources:${yaml}`);
}

/** A description with an example of a function's call. */
export function withCall(description: string, token: string, { title, arguments: given, output }: CallExample): string {
  const typescript = `export const ${output} = guest.${token}Output({ ${given} }).${output};`;
  const yaml = `outputs:
  ${output}:
    fn::invoke:
      function: ${packageName}:${token}
      arguments: { ${given} }
      return: ${output}`;
  return withExample(description, title, typescript, yaml);
}

/** In the form that Pulumi's documentation and code generators take apart. */
function withExample(description: string, title: string, typescript: string, yaml: string): string {
  return `${description}

{{% examples %}}
## Example Usage
{{% example %}}
### ${title}

\`\`\`typescript
import * as guest from "pulumi-vsphere-guest/native";

${typescript.trim()}
\`\`\`

\`\`\`yaml
${yaml}
\`\`\`
{{% /example %}}
{{% /examples %}}`;
}

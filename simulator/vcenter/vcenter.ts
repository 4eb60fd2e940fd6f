import type { EsxiHost } from "../esxi/host";
import type { TransferTickets } from "../esxi/transfer-tickets";
import type { AccessControl } from "./access";
import { AuthorizationManager } from "./authorization-manager";
import { Dispatcher } from "./dispatcher";
import { GuestAliasManager } from "./guest/guest-alias-manager";
import { GuestAuthManager } from "./guest/guest-auth-manager";
import { GuestFileManager } from "./guest/guest-file-manager";
import { GuestOperations, type GuestOperationsPolicy } from "./guest/guest-operations";
import { GuestOperationsManager } from "./guest/guest-operations-manager";
import { GuestProcessManager } from "./guest/guest-process-manager";
import { GuestWindowsRegistryManager } from "./guest/guest-windows-registry-manager";
import { Inventory, type MachineLifecycle } from "./inventory/inventory";
import { PropertyCollector } from "./property-collector";
import { Registry } from "./registry";
import { SearchIndex } from "./search-index";
import { ServiceInstance } from "./service-instance";
import { SessionManager } from "./session-manager";
import { SessionScope } from "./session-scope";
import { Sessions } from "./sessions";
import { TaskManager } from "./task-manager";
import { Tasks } from "./tasks";
import { ViewManager } from "./view-manager";
import { aboutServer, type ServerTraits } from "./about";

export interface VcenterOptions {
  readonly server: ServerTraits;
  readonly access: AccessControl;
  readonly sessionIdleSeconds: number;
  readonly taskMilliseconds: number;
  readonly guestOperations: GuestOperationsPolicy;
  readonly tickets: TransferTickets;
  readonly transferAuthority: (host: EsxiHost) => string;
  readonly lifecycle: MachineLifecycle;
}

/** The simulated vCenter: its objects, put together. Knows nothing of http. */
export class Vcenter {
  readonly registry = new Registry();
  readonly sessions: Sessions;
  readonly tasks: Tasks;
  readonly inventory: Inventory;
  readonly dispatcher: Dispatcher;

  constructor(options: VcenterOptions) {
    const { registry } = this;
    const scope = new SessionScope(registry);
    this.sessions = new Sessions(options.sessionIdleSeconds);
    this.sessions.onEnd = (session) => scope.drop(session);
    this.tasks = new Tasks(registry, options.taskMilliseconds);
    this.inventory = new Inventory(registry, this.tasks, options.lifecycle);
    this.dispatcher = new Dispatcher(registry, options.access);

    const propertyCollector = registry.add(new PropertyCollector("propertyCollector", registry, scope));
    const viewManager = registry.add(new ViewManager(registry, scope));
    const sessionManager = registry.add(new SessionManager(this.sessions, options.access));
    const authorizationManager = registry.add(new AuthorizationManager(options.access, this.sessions));
    const taskManager = registry.add(new TaskManager(this.tasks));
    const searchIndex = registry.add(new SearchIndex(this.inventory.root, registry));
    registry.add(
      new ServiceInstance({
        rootFolder: this.inventory.root.ref,
        propertyCollector: propertyCollector.ref,
        viewManager: viewManager.ref,
        about: aboutServer(options.server),
        sessionManager: sessionManager.ref,
        authorizationManager: authorizationManager.ref,
        taskManager: taskManager.ref,
        searchIndex: searchIndex.ref,
        guestOperationsManager: this.#addGuestManagers(options).ref,
      }),
    );
  }

  #addGuestManagers(options: VcenterOptions): GuestOperationsManager {
    const { registry } = this;
    const guests = new GuestOperations(
      (vm) => this.inventory.machine(vm),
      options.guestOperations,
      (machine) => this.tasks.runningOn(machine.ref),
    );
    return registry.add(
      new GuestOperationsManager({
        auth: registry.add(new GuestAuthManager(guests)),
        file: registry.add(new GuestFileManager(guests, options.tickets, options.transferAuthority)),
        process: registry.add(new GuestProcessManager(guests)),
        registry: registry.add(new GuestWindowsRegistryManager(guests)),
        alias: registry.add(new GuestAliasManager(guests)),
      }),
    );
  }
}

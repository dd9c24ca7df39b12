using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>
/// Compares the services that run with those that shall run. Pure: definitions in, a plan out. Services are matched by name, endpoints by
/// their sockets; a socket that one service gives up and another wants is handed on inside the process, never closed.
/// </summary>
internal static class ServicePlanner
{
    public static ServiceComparison Compare(IReadOnlyList<ServiceDefinition> before, IReadOnlyList<ServiceDefinition> after)
    {
        var old = new Dictionary<string, (string Service, EndpointSpec Endpoint)>(StringComparer.Ordinal);
        foreach (ServiceDefinition service in before)
        {
            foreach ((string key, EndpointSpec endpoint) in Keys(service))
            {
                old.TryAdd(key, (service.Name, endpoint));
            }
        }

        var compared = after.Select(service => CompareService(before.FirstOrDefault(one => one.Name == service.Name), service, old)).ToList();
        var taken = compared.SelectMany(service => service.Endpoints).Select(endpoint => endpoint.Key).ToHashSet(StringComparer.Ordinal);
        for (int i = 0; i < compared.Count; i++)
        {
            ComparedService service = compared[i];
            if (service.Before is not null)
            {
                compared[i] = service with { Endpoints = [.. service.Endpoints, .. Stops(service.Before, taken)] };
            }
        }

        foreach (ServiceDefinition service in before.Where(service => after.All(one => one.Name != service.Name)))
        {
            compared.Add(new ComparedService(service, null, ServiceAction.Remove, [], [.. Stops(service, taken)]));
        }

        return new ServiceComparison(compared);
    }

    /// <summary>Gives each endpoint of a service the key under which its slot is found: the socket's identity, made unique where the system chooses the port.</summary>
    public static IEnumerable<(string Key, EndpointSpec Endpoint)> Keys(ServiceDefinition service)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (EndpointSpec endpoint in service.Endpoints)
        {
            string key = EndpointIdentity.Of(endpoint);
            if (EndpointIdentity.IsChosenBySystem(endpoint))
            {
                int count = seen[key] = seen.GetValueOrDefault(key) + 1;
                key = $"{service.Name}/{key}#{count}";
            }

            yield return (key, endpoint);
        }
    }

    private static ComparedService CompareService(
        ServiceDefinition? before, ServiceDefinition after, Dictionary<string, (string Service, EndpointSpec Endpoint)> old)
    {
        IReadOnlyList<Setting> changes = before is not null && before.Kind == after.Kind ? after.Kind.Compare(before.Options, after.Options) : [];
        ServiceAction action = before is null ? ServiceAction.Add
            : before.Kind != after.Kind ? ServiceAction.Restart
            : changes.Count == 0 ? ServiceAction.Keep
            : changes.Max(change => change.Scope) switch
            {
                SettingScope.Live => ServiceAction.ApplyLive,
                SettingScope.NewConnections => ServiceAction.Swap,
                _ => ServiceAction.Restart,
            };
        var endpoints = new List<ComparedEndpoint>();
        foreach ((string key, EndpointSpec endpoint) in Keys(after))
        {
            EndpointAction what = !old.TryGetValue(key, out var had) ? EndpointAction.Listen
                : had.Service != after.Name ? EndpointAction.TakeOver
                : had.Endpoint.Equals(endpoint) ? EndpointAction.Keep
                : EndpointAction.ChangeFront;
            endpoints.Add(new ComparedEndpoint(key, endpoint, what));
        }

        return new ComparedService(before, after, action, changes, endpoints);
    }

    private static IEnumerable<ComparedEndpoint> Stops(ServiceDefinition before, HashSet<string> taken)
        => Keys(before).Where(endpoint => !taken.Contains(endpoint.Key)).Select(endpoint => new ComparedEndpoint(endpoint.Key, endpoint.Endpoint, EndpointAction.Stop));
}

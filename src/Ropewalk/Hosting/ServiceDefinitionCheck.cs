using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Finds what is wrong with definitions by themselves. Pure.</summary>
internal static class ServiceDefinitionCheck
{
    public static IReadOnlyList<string> FindErrors(IReadOnlyList<ServiceDefinition> services)
    {
        var errors = new List<string>();
        var owners = new Dictionary<string, (string Service, EndpointSpec Endpoint)>(StringComparer.Ordinal);
        foreach (IGrouping<string, ServiceDefinition> same in services.GroupBy(service => service.Name).Where(group => group.Count() > 1))
        {
            errors.Add($"{same.Key}: {same.Count()} services have this name");
        }

        foreach (ServiceDefinition service in services)
        {
            errors.AddRange(service.Kind.Validate(service.Options).Select(error => $"{service.Name}: {error}"));
            if (service.Endpoints.Count == 0 && !service.Kind.ListensNowhere)
            {
                errors.Add($"{service.Name}: it has no endpoint");
            }

            foreach ((string key, EndpointSpec endpoint) in ServicePlanner.Keys(service))
            {
                if (endpoint.IsBare)
                {
                    errors.Add($"{service.Name}: the endpoint {endpoint} has no scheme");
                }
                else if (!owners.TryAdd(key, (service.Name, endpoint)))
                {
                    (string owner, EndpointSpec other) = owners[key];
                    errors.Add(owner == service.Name
                        ? $"{service.Name}: {endpoint} and {other} are the same socket"
                        : $"{service.Name}: {endpoint} is the socket of {other} of {owner}");
                }
            }
        }

        return errors;
    }
}

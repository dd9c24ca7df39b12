using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Makes definitions of what was added in code, and joins them with what the sources say.</summary>
internal sealed class RegisteredServices(IEnumerable<ServiceRegistration> registrations, IEnumerable<IServiceSource> sources, EndpointContext context)
{
    private readonly Lock _lock = new();
    private readonly List<ServiceRegistration> _registrations = [.. registrations];

    /// <summary>Adds one while the host runs.</summary>
    public void Add(ServiceRegistration registration)
    {
        lock (_lock)
        {
            _registrations.Add(registration);
        }
    }

    /// <summary>Removes one.</summary>
    public void Remove(ServiceRegistration registration)
    {
        lock (_lock)
        {
            _registrations.Remove(registration);
        }
    }

    public async ValueTask<ServiceSet> LoadAsync(CancellationToken cancellationToken)
    {
        var services = new List<ServiceDefinition>();
        var errors = new List<string>();
        var files = new List<string>();
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        ServiceRegistration[] registered;
        lock (_lock)
        {
            registered = [.. _registrations];
        }

        foreach (ServiceRegistration registration in registered)
        {
            services.Add(Define(registration, names, errors));
        }

        foreach (IServiceSource source in sources)
        {
            ServiceSet set = await source.LoadAsync(cancellationToken);
            services.AddRange(set.Services);
            errors.AddRange(set.Errors);
            files.AddRange(set.Files);
        }

        files.AddRange(services.SelectMany(service => service.Endpoints).SelectMany(EndpointFiles.Of));
        return new ServiceSet(services, errors, [.. files.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Gets the files that the sources are known to read.</summary>
    public IEnumerable<string> Files => sources.SelectMany(source => source.Files);

    /// <summary>Tells the sources that what they gave is in force.</summary>
    public void Applied()
    {
        foreach (IServiceSource source in sources)
        {
            source.Applied();
        }
    }

    private ServiceDefinition Define(ServiceRegistration registration, Dictionary<string, int> names, List<string> errors)
    {
        string wanted = registration.Name ?? "";
        var endpoints = new List<EndpointSpec>();
        foreach (string text in registration.Endpoints)
        {
            if (EndpointSpec.TryParse(text, context.Schemes, out EndpointSpec? endpoint, out EndpointSpecError error))
            {
                endpoints.Add(endpoint);
                wanted = wanted.Length == 0 ? endpoint.ToString() : wanted;
            }
            else
            {
                // Not the text itself: it may hold a secret.
                errors.Add($"{(wanted.Length == 0 ? "an endpoint" : wanted)}: {error}");
            }
        }

        int count = names[wanted] = names.GetValueOrDefault(wanted) + 1;
        return new ServiceDefinition(count == 1 ? wanted : $"{wanted}#{count}", registration.Kind, registration.Options, endpoints);
    }
}

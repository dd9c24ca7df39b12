using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Cli.Status;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Cli.Strands;

/// <summary>Makes the services that a configuration describes.</summary>
internal static class ServiceList
{
    /// <summary>Makes them, in the order in which they are shown; what is wrong with them together goes to <paramref name="problems"/>.</summary>
    /// <param name="configuration">What shall run.</param>
    /// <param name="status">The status page's kind, one object for the life of a process.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IReadOnlyList<ServiceDefinition> Make(EffectiveConfiguration configuration, StatusKind status, ConfigurationProblems problems)
    {
        var services = new List<(ServiceDefinition Service, Origin Origin)>();
        foreach (StrandKind kind in CommandStrands.Kinds)
        {
            IReadOnlyList<SectionValues> all = configuration.All(kind.Strand.Section);
            for (int i = 0; i < all.Count; i++)
            {
                IReadOnlyList<EndpointSpec> endpoints = kind.Strand.EndpointsOf(all[i]);
                string name = all[i].Get(StrandSettings.Name) ?? (i == 0 ? kind.Name : $"{kind.Name}-{i + 1}");
                Origin origin = kind.Strand.Listen is { } listen && all[i].OriginOf(listen) is { Source.Kind: not ConfigurationSourceKind.Default } written ? written : all[i].Origin;
                services.Add((new ServiceDefinition(name, kind, all[i], endpoints), origin));
            }
        }

        SectionValues page = configuration.One(StatusSection.Schema);
        if (page.Get(StatusSection.Enabled))
        {
            services.Add((new ServiceDefinition(status.Name, status, page, [page.Get(StatusSection.Listen)]), page.OriginOf(StatusSection.Listen)));
        }

        foreach (string error in ServiceRunner.Validate([.. services.Select(s => s.Service)]))
        {
            (ServiceDefinition? service, Origin origin) = services.LastOrDefault(s => error.StartsWith(s.Service.Name + ": ", StringComparison.Ordinal));
            problems.Add(service is null ? Origin.Default : origin, error);
        }

        return [.. services.Select(s => s.Service)];
    }
}

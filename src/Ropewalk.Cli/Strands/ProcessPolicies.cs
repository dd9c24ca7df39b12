using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Policies;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Cli.Strands;

/// <summary>Holds what bounds the connections of all services together. One object for the life of a process, so that a reload does not forget who is connected.</summary>
internal sealed class ProcessPolicies(ILoggerFactory loggers, TimeProvider time)
{
    private readonly LimitsPolicy _limits = new(new ConnectionLimits(), loggers.CreateLogger("Ropewalk.Policies"), time);
    private readonly AddressFilterPolicy _filter = new(new AddressFilterOptions(), loggers.CreateLogger("Ropewalk.Policies"));
    private readonly MemoryBudgetPolicy _memory = new(new MemoryBudget(), time, loggers.CreateLogger("Ropewalk.Policies"));

    /// <summary>Takes the limits of a configuration: the memory's at once, the others for new connections.</summary>
    public void Update(EffectiveConfiguration configuration)
    {
        SectionValues limits = configuration.One(LimitsSection.Schema);
        _limits.Update(new ConnectionLimits
        {
            Total = limits.Get(LimitsSection.Connections),
            PerAddress = limits.Get(LimitsSection.PerAddress),
            PerIPv6Network = limits.Get(LimitsSection.PerNetwork),
        });
        _memory.Update(new MemoryBudget
        {
            ConnectionInputBytes = limits.Get(LimitsSection.ConnectionInput),
            ConnectionOutputBytes = limits.Get(LimitsSection.ConnectionOutput),
            SoftTotalBytes = limits.Get(LimitsSection.MemorySoft),
            HardTotalBytes = limits.Get(LimitsSection.MemoryHard),
        });
        var filter = new AddressFilterOptions();
        foreach (string network in limits.Get(LimitsSection.Allow))
        {
            filter.Allow.Add(network);
        }

        foreach (string network in limits.Get(LimitsSection.Deny))
        {
            filter.Deny.Add(network);
        }

        _filter.Update(filter);
    }

    /// <summary>Puts the policies before an application.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate app) => _filter.Apply(_limits.Apply(_memory.Apply(app)));

    /// <summary>Puts the policies that know datagrams before a handler of them.</summary>
    public DatagramHandler Guard(DatagramHandler handler) => _filter.Apply(handler);
}

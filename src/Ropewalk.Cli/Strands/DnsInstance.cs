using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Server;

namespace Ropewalk.Cli.Strands;

/// <summary>Is one running DNS server of the command: with a part of the status page.</summary>
internal sealed class DnsInstance(DnsServer server, IServiceProvider services) : DnsServiceInstance(server, services)
{
    /// <inheritdoc/>
    public override IStatusPart StatusPart { get; } = new DnsStatusPart(server);

    /// <inheritdoc/>
    protected override DnsServerOptions OptionsOf(object options) => DnsStrand.OptionsOf((SectionValues)options);
}

using Microsoft.Extensions.Logging;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Server;

namespace Ropewalk.Cli.Strands;

/// <summary>Is one running DNS server of the command: with a part of the status page.</summary>
internal sealed class DnsInstance(DnsServer server, IServiceProvider services, ILoggerFactory loggers) : DnsServiceInstance(server, services)
{
    private readonly ILogger _log = loggers.CreateLogger(DnsStrandLog.Category);

    /// <inheritdoc/>
    public override IStatusPart StatusPart { get; } = new DnsStatusPart(server);

    /// <summary>Tells which keys have a secret that is too short to be a good one.</summary>
    public void TellWeakKeys(SectionValues values)
    {
        foreach (string weakness in values.Get(DnsStrand.Keys).Select(TsigKeyText.FindWeakness).OfType<string>())
        {
            DnsStrandLog.WeakKey(_log, weakness);
        }
    }

    /// <inheritdoc/>
    public override void ApplyLive(object options) => TellWeakKeys((SectionValues)options);

    /// <inheritdoc/>
    protected override DnsServerOptions OptionsOf(object options) => DnsStrand.OptionsOf((SectionValues)options);
}

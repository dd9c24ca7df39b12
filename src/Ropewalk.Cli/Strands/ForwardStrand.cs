using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Relay;
using Setting = Ropewalk.Cli.Configuration.Schema.Setting;

namespace Ropewalk.Cli.Strands;

/// <summary>Relays connections by endpoint strings: <c>ropewalk forward FROM TO</c>.</summary>
internal sealed class ForwardStrand : ICommandStrand
{
    private static readonly Setting<IReadOnlyList<EndpointSpec>> From = new ListSetting<EndpointSpec>(
        "listen", new EndpointFormat(), [], "Where connections are accepted.")
    {
        Required = true,
        Fewest = 1,
        Effect = TakesEffect.Listeners,
    };

    private static readonly Setting<EndpointSpec> To = new ScalarSetting<EndpointSpec>(
        "to", new EndpointFormat(), null!, "Where each of them is relayed to.")
    {
        Required = true,
        Effect = TakesEffect.NewConnections,
    };

    private static readonly Setting<TimeSpan> IdleTimeout = new ScalarSetting<TimeSpan>(
        "idle-timeout",
        new DurationFormat(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)),
        TimeSpan.FromMinutes(10),
        "How long neither side may send anything; then both are reset.")
    {
        Effect = TakesEffect.NewConnections,
    };

    private static readonly Setting<TimeSpan> ConnectTimeout = new ScalarSetting<TimeSpan>(
        "connect-timeout", new DurationFormat(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5)), TimeSpan.FromSeconds(10), "How long reaching `to` may take.")
    {
        Effect = TakesEffect.NewConnections,
    };

    /// <inheritdoc/>
    public SectionSchema Section { get; } = new("forward", "Relays of connections; one mapping each.", [StrandSettings.Name, From, To, IdleTimeout, ConnectTimeout])
    {
        Repeatable = true,
    };

    /// <inheritdoc/>
    public Setting<IReadOnlyList<EndpointSpec>> Listen => From;

    /// <inheritdoc/>
    public StrandPage Page { get; } = new(
        "Relays connections from one endpoint to another. Each side may end its output while the other goes on; a reset is passed on as a reset; "
            + "memory is bounded, as the faster side waits for the slower one.",
        [(From, "FROM"), (To, "TO")],
        [
            ("ropewalk forward tcp:127.0.0.1:9000 tcp:127.0.0.1:8080", "relays port 9000 to port 8080"),
            ("ropewalk forward tls:8443:cert=site.pem tcp:127.0.0.1:8080", "puts TLS in front of a server that has none"),
            ("ropewalk forward tcp:127.0.0.1:1430 tls:db.example.org:5433", "takes TLS off for a client that has none"),
            ("ropewalk forward unix:/run/app.sock tcp:127.0.0.1:8080", "gives a TCP server a Unix socket"),
        ],
        []);

    /// <inheritdoc/>
    public IReadOnlyList<(Setting Setting, string Text)>? UpDefaults => null;

    /// <inheritdoc/>
    public void Probe(SectionValues values, ConfigurationProblems problems)
    {
        if (values.Get(To) is { Scheme: "udp" or "fd" or "systemd" } to)
        {
            problems.Add(values.OriginOf(To), $"'{to}' cannot be connected to: {to.Scheme}: only listens");
        }
    }

    /// <inheritdoc/>
    public ValueTask<ServiceInstance> StartAsync(SectionValues values, ServiceContext context, CancellationToken cancellationToken)
    {
        EndpointSpec to = values.Get(To);
        var patience = new ConnectionClientOptions { ConnectTimeout = values.Get(ConnectTimeout) };
        var options = new RelayOptions { IdleTimeout = values.Get(IdleTimeout), ConnectTimeout = values.Get(ConnectTimeout) };

        // on behalf of the near side: a proxy: target is told whose connection it is
        ValueTask<ConnectionContext> ConnectAsync(ConnectionContext near, CancellationToken cancel) =>
            new ConnectionClient(context.Endpoints.WithOrigin(near), patience).ConnectAsync(to, cancel);

        var handler = new RelayHandler(ConnectAsync, options, context.TimeProvider, context.LoggerFactory.CreateLogger<RelayHandler>());
        return ValueTask.FromResult(ServiceInstance.Of(handler.OnConnectedAsync));
    }

    /// <inheritdoc/>
    public string Describe(SectionValues values) => $"→ {values.Get(To)}";
}

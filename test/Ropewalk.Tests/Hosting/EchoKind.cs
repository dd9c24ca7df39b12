using System.Collections.Concurrent;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Tests.Hosting;

/// <summary>The kind of the service that these tests reload; remembers what it has made.</summary>
public sealed class EchoKind() : ServiceKind<EchoOptions>("echo", Table)
{
    private static new readonly SettingTable<EchoOptions> Table = new SettingTable<EchoOptions>()
        .Live("suffix", options => options.Suffix)
        .NewConnections("greeting", options => options.Greeting)
        .Restart("engine", options => options.Engine);

    private readonly ConcurrentQueue<EchoInstance> _made = new();

    public IReadOnlyList<EchoInstance> Made => [.. _made];

    public ServiceDefinition Define(string name, EchoOptions options, params string[] endpoints)
        => new(name, this, options, [.. endpoints.Select(endpoint => EndpointSpec.Parse(endpoint))]);

    protected override IEnumerable<string> Validate(EchoOptions options) => options.Wrong;

    protected override async ValueTask<ServiceInstance> StartAsync(EchoOptions options, ServiceContext context, CancellationToken cancellationToken)
    {
        if (options.FailsWith is { } reason)
        {
            throw new IOException(reason);
        }

        if (options.PrefixFile is { } file)
        {
            await context.NoteFileAsync(file);
        }

        var instance = new EchoInstance(options);
        options.HasRead?.Invoke();
        _made.Enqueue(instance);
        return instance;
    }
}

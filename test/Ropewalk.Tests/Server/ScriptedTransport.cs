using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Server;

/// <summary>A listener whose accepts do what the test says, in turn.</summary>
internal sealed class ScriptedTransport : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<Func<ConnectionContext?>> _script = Channel.CreateUnbounded<Func<ConnectionContext?>>();

    public EndPoint EndPoint { get; } = new MemoryEndPoint("scripted");

    public int Accepts { get; private set; }

    public bool IsUnbound { get; private set; }

    public bool IsDisposed { get; private set; }

    public void Fails(Exception exception) => _script.Writer.TryWrite(() => throw exception);

    public ConnectionContext Connects()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        _script.Writer.TryWrite(() => server);
        return client;
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        Accepts++;
        return await _script.Reader.WaitToReadAsync(cancellationToken) && _script.Reader.TryRead(out Func<ConnectionContext?>? step) ? step() : null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        IsUnbound = true;
        _script.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return UnbindAsync();
    }
}

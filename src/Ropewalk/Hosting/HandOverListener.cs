using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Hosting;

/// <summary>
/// Joins the two ways of serving: on one side an application, to which connections are given when their handshake is over; on the other a
/// listener, from which a server such as Kestrel accepts them. The application returns when the server has let go of the connection.
/// </summary>
internal sealed class HandOverListener : IConnectionListener
{
    // Kestrel accepts and dispatches in a loop of its own; what waits here is what came within one turn of it.
    private const int MostWaiting = 512;

    private readonly Channel<HandedOverConnection> _waiting = Channel.CreateBounded<HandedOverConnection>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly TimeSpan _inputEndGrace;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the listener.</summary>
    /// <param name="endPoint">What it says that it is bound to.</param>
    /// <param name="inputEndGrace">See <see cref="HandedOverConnection"/>.</param>
    /// <param name="timeProvider">The clock.</param>
    public HandOverListener(EndPoint endPoint, TimeSpan inputEndGrace, TimeProvider timeProvider)
    {
        EndPoint = endPoint;
        _inputEndGrace = inputEndGrace;
        _timeProvider = timeProvider;
    }

    public EndPoint EndPoint { get; set; }

    /// <summary>Gives a connection to the accepting server, and completes when that is done with it.</summary>
    public async Task ServeAsync(ConnectionContext connection)
    {
        var handedOver = new HandedOverConnection(connection, _inputEndGrace, _timeProvider);
        try
        {
            await _waiting.Writer.WriteAsync(handedOver);
        }
        catch (ChannelClosedException)
        {
            connection.Abort(new ConnectionAbortedException("The server that serves this endpoint is stopping."));
            return;
        }

        await handedOver.LetGo;
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out HandedOverConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out HandedOverConnection? connection))
        {
            connection.Abort(new ConnectionAbortedException("The server that serves this endpoint has stopped."));
            await connection.DisposeAsync();
        }
    }
}

using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Testing;

/// <summary>Is one connection to an <see cref="InProcessServer"/>: what came over it, and how it ended.</summary>
public sealed class ServedConnection
{
    private readonly Lock _gate = new();
    private readonly List<ReceivedCommand> _commands = [];
    private readonly ArrayBufferWriter<byte> _received = new();
    private readonly TaskCompletionSource<ConnectionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConnectionContext _connection;

    internal ServedConnection(int number, ConnectionContext connection)
    {
        Number = number;
        _connection = connection;
        RemoteEndPoint = connection.RemoteEndPoint;
    }

    /// <summary>Gets which connection to this server it is, from 1.</summary>
    public int Number { get; }

    /// <summary>Gets the client's address.</summary>
    public EndPoint? RemoteEndPoint { get; }

    /// <summary>Gets all bytes that have come so far.</summary>
    public ReadOnlyMemory<byte> Received
    {
        get
        {
            lock (_gate)
            {
                return _received.WrittenSpan.ToArray();
            }
        }
    }

    /// <summary>Gets all that has come so far, as text of UTF-8.</summary>
    public string ReceivedText => Encoding.UTF8.GetString(Received.Span);

    /// <summary>Gets its commands so far, in their order.</summary>
    public IReadOnlyList<ReceivedCommand> Commands
    {
        get
        {
            lock (_gate)
            {
                return [.. _commands];
            }
        }
    }

    /// <summary>Gets a task that completes when both directions are done and the application has returned, with how it ended.</summary>
    public Task<ConnectionEnd> Ended => _ended.Task;

    /// <summary>Gets what the application threw; null if it did not. It is set before <see cref="Ended"/> completes.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Resets the connection now, whatever is under way.</summary>
    public void Reset() => Abort(new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local, "The test resets the connection."));

    /// <inheritdoc/>
    public override string ToString() => $"connection {Number} from {RemoteEndPoint}{(Ended.IsCompletedSuccessfully ? ", ended: " + Ended.Result : "")}";

    internal void Abort(ConnectionEnd end)
    {
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        _connection.Abort(new ConnectionAbortedException(end.Detail!));
    }

    internal void Add(in ReadOnlySequence<byte> bytes)
    {
        lock (_gate)
        {
            foreach (ReadOnlyMemory<byte> piece in bytes)
            {
                _received.Write(piece.Span);
            }
        }
    }

    internal void Add(ReceivedCommand command)
    {
        lock (_gate)
        {
            _commands.Add(command);
        }
    }

    internal void OnApplicationReturned(Exception? failure)
    {
        Failure = failure;
        _connection.ConnectionClosed.UnsafeRegister(static self => ((ServedConnection)self!).OnClosed(), this);
    }

    private void OnClosed() =>
        _ended.TrySetResult(_connection.Features.Get<IConnectionEndFeature>()?.End ?? new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Local));
}

using System.Buffers;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Security.Sasl;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Is one connection as the network and its owner see it: where lines go out, and the one call that waits for the owner.</summary>
/// <remarks>A connection has one call at a time, because its session hears nothing until the call is done; so the call is in fields, and waiting for it allocates nothing.</remarks>
internal sealed class IrcLink : IIrcLink, IValueTaskSource
{
    private static readonly Action<object?> Resume = static link => ((IrcLink)link!).SetDone();

    private readonly ConnectionContext _connection;
    private readonly SessionPort<IrcServerSession> _port;
    private readonly IOutboundQueueFeature? _queue;
    private readonly ITransportTurnFeature? _turn;
    private ManualResetValueTaskSourceCore<bool> _done;
    private Exception? _failure;

    public IrcLink(SessionTurn<IrcServerSession> turn, IrcPeer peer)
    {
        Peer = peer;
        _connection = turn.Connection;
        _port = turn.Port;
        _turn = _connection.Features.Get<ITransportTurnFeature>();
        // Where there is no turn to go to, the source itself leaves the stack.
        _done.RunContinuationsAsynchronously = _turn is null;
        _queue = _connection.Features.Get<IOutboundQueueFeature>();
        if (_queue is not null)
        {
            _queue.LimitBytes = peer.Class.SendQueueBytes;
            // The network says what happens to who does not read, and tells the others why.
            _queue.Overflow = OutboundOverflow.Drop;
        }
    }

    /// <summary>Gets what is known of the client before it says anything.</summary>
    public IrcPeer Peer { get; }

    /// <summary>Gets or sets the user; null until the network knows it.</summary>
    public IrcUser? User { get; set; }

    /// <summary>Gets or sets the line that is to be applied.</summary>
    public ReadOnlySequence<byte> Line { get; set; }

    /// <summary>Gets or sets what is to be done between two turns of the network, or was.</summary>
    public IrcWork? Work { get; set; }

    /// <summary>Gets or sets what completes when messages are in the log and were told.</summary>
    public Task? Kept { get; set; }

    /// <summary>Gets or sets what is to be begun when the network knows that a store did not answer in time: it waits on, and tells the network what came of it.</summary>
    public Action? Late { get; set; }

    /// <summary>Gets or sets what the line cost.</summary>
    public TimeSpan Penalty { get; set; }

    /// <summary>Gets or sets the SASL exchange that is under way.</summary>
    public SaslServerConversation? Sasl { get; set; }

    public long QueuedBytes => _queue?.QueuedBytes ?? 0;

    public bool TrySend(SharedBytes bytes)
    {
        if (_queue is not null)
        {
            return _queue.TryEnqueue(bytes);
        }

        // Another's transport, Kestrel's for one: the session writes it.
        bytes.Retain();
        bool isPosted = _port.TryPost(static (turn, shared) => Write(turn, shared), bytes);
        if (!isPosted)
        {
            bytes.Release();
        }

        return isPosted;
    }

    public void Close(string reason, bool atOnce)
    {
        if (atOnce)
        {
            _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(new ConnectionEnd(ConnectionEndReason.SendQueueExceeded, Diagnostics.ErrorSide.Remote, reason));
            _connection.Abort(new ConnectionAbortedException(reason));
        }
        else
        {
            _port.TryPost(static (turn, why) => turn.Session.End(why), reason);
        }
    }

    /// <summary>Waits for the call to be done.</summary>
    public ValueTask WaitAsync()
    {
        _done.Reset();
        return new ValueTask(this, _done.Version);
    }

    /// <summary>Says that the call is done, or what it threw. The connection goes on where it belongs, not on the stack of who did it.</summary>
    public void Finish(Exception? failure)
    {
        _failure = failure;
        if (_turn is not null)
        {
            _turn.Post(Resume, this);
        }
        else
        {
            SetDone();
        }
    }

    void IValueTaskSource.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    private void SetDone()
    {
        if (_failure is null)
        {
            _done.SetResult(true);
        }
        else
        {
            _done.SetException(_failure);
        }
    }

    private static void Write(SessionTurn<IrcServerSession> turn, SharedBytes bytes)
    {
        turn.Output.Write(bytes.Span);
        bytes.Release();
    }
}

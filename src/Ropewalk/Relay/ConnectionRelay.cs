using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Relay;

/// <summary>
/// Joins two connections: what one side sends the other receives, at the pace of the slower one. The end of one side's output becomes the end of
/// output towards the other, and the way back goes on; a reset of one side becomes a reset of the other.
/// </summary>
/// <remarks>
/// Nothing is held but what the two transports hold: bytes are taken from one only when the other has taken those before. Bulk between two plain
/// connections of the reactor goes through the system without being copied (docs/design/relay-splice.md). There is no goodbye in bytes that are
/// not understood, so a stop lets a relay run until its deadline.
/// </remarks>
public sealed class ConnectionRelay
{
    private readonly ConnectionContext _near;
    private readonly ConnectionContext _far;
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _ending = new();
    private ConnectionEnd _end;
    private ITimer? _idle;
    private long _lastByte;
    private long _nearToFar;
    private long _farToNear;

    private ConnectionRelay(ConnectionContext near, ConnectionContext far, RelayOptions options, TimeProvider time)
    {
        _near = near;
        _far = far;
        _options = options;
        _time = time;
    }

    /// <summary>Relays until both directions have ended.</summary>
    /// <param name="near">The connection that was accepted.</param>
    /// <param name="far">The connection that was made. The caller still owns both, and disposes them.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    /// <param name="timeProvider">The clock for the idle timeout.</param>
    /// <param name="cancellationToken">Resets both sides.</param>
    /// <returns>What was carried. A peer's reset is an outcome and not an exception.</returns>
    public static async Task<RelayOutcome> RunAsync(
        ConnectionContext near,
        ConnectionContext far,
        RelayOptions? options = null,
        TimeProvider? timeProvider = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(near);
        ArgumentNullException.ThrowIfNull(far);
        options ??= new RelayOptions();
        options.Validate();
        return await new ConnectionRelay(near, far, options, timeProvider ?? TimeProvider.System).RunAsync(cancellationToken);
    }

    private async Task<RelayOutcome> RunAsync(CancellationToken cancellationToken)
    {
        _lastByte = _time.GetTimestamp();
        // a side that is reset while the other one does not read is noticed here, where no read or write would notice it
        using CancellationTokenRegistration nearClosed = _near.ConnectionClosed.UnsafeRegister(static s => ((ConnectionRelay)s!).SideClosed(near: true), this);
        using CancellationTokenRegistration farClosed = _far.ConnectionClosed.UnsafeRegister(static s => ((ConnectionRelay)s!).SideClosed(near: false), this);
        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(
            static s => ((ConnectionRelay)s!).Break(new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local, "the relay was cancelled")), this);
        if (_options.IdleTimeout != Timeout.InfiniteTimeSpan)
        {
            _idle = _time.CreateTimer(static s => ((ConnectionRelay)s!).CheckIdle(), this, _options.IdleTimeout, Timeout.InfiniteTimeSpan);
        }

        await using (_idle)
        {
            await Task.WhenAll(CopyAsync(_near, _far, nearToFar: true), CopyAsync(_far, _near, nearToFar: false));
        }

        ConnectionEnd end = _end.Reason == ConnectionEndReason.Open ? new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Remote) : _end;
        return new RelayOutcome(_nearToFar, _farToNear, end);
    }

    private async Task CopyAsync(ConnectionContext from, ConnectionContext to, bool nearToFar)
    {
        PipeReader input = from.Transport.Input;
        PipeWriter output = to.Transport.Output;
        bool isBulk = false;
        try
        {
            while (true)
            {
                if (isBulk && !await CarryAsync(input, output, nearToFar))
                {
                    return;
                }

                ReadResult read = await input.ReadAsync();
                ReadOnlySequence<byte> bytes = read.Buffer;
                if (!bytes.IsEmpty)
                {
                    Volatile.Write(ref _lastByte, _time.GetTimestamp());
                    FlushResult flush = await WriteAsync(output, bytes);
                    Count(nearToFar, bytes.Length);
                    if (flush.IsCompleted)
                    {
                        Break(Ended(nearToFar ? "far" : "near", "stopped receiving"));
                        return;
                    }
                }

                // a full block: there is more where this came from
                isBulk = bytes.Length >= Block.LargeBytes;

                input.AdvanceTo(bytes.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }

            // the end of one side's output, and no more than that: the other direction may have everything still before it
            await output.CompleteAsync();
        }
        catch (ConnectionResetException)
        {
            Break(Ended(nearToFar ? "near" : "far", "was reset"));
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            Break(Ended(nearToFar ? "near" : "far", $"failed: {e.Message}"));
        }
    }

    /// <summary>Carries what there is without copying it, if both sides are such that this is possible.</summary>
    /// <returns>False if the relay has ended.</returns>
    private async ValueTask<bool> CarryAsync(PipeReader input, PipeWriter output, bool nearToFar)
    {
        // pipes of others between (TLS, a policy that counts) must see the bytes
        if (input is not StreamInput from || output is not StreamOutput to || from.TryRentDirectPipe(to) is not { } pipe)
        {
            return true;
        }

        using (pipe)
        {
            while (from.TryTake(pipe))
            {
                Volatile.Write(ref _lastByte, _time.GetTimestamp());
                while (pipe.HeldBytes is > 0 and int held)
                {
                    FlushResult flush = await to.SendAsync(pipe);
                    if (held > pipe.HeldBytes)
                    {
                        Count(nearToFar, held - pipe.HeldBytes);
                    }

                    if (flush.IsCompleted)
                    {
                        Break(Ended(nearToFar ? "far" : "near", "stopped receiving"));
                        return false;
                    }
                }
            }
        }

        return true;
    }

    private static ValueTask<FlushResult> WriteAsync(PipeWriter output, in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment)
        {
            // a transport may send one piece from where it lies
            return output.WriteAsync(bytes.First);
        }

        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            output.Write(segment.Span);
        }

        return output.FlushAsync();
    }

    private void Count(bool nearToFar, long bytes)
    {
        Volatile.Write(ref _lastByte, _time.GetTimestamp());
        if (nearToFar)
        {
            _nearToFar += bytes;
        }
        else
        {
            _farToNear += bytes;
        }
    }

    private void CheckIdle()
    {
        TimeSpan quiet = _time.GetElapsedTime(Volatile.Read(ref _lastByte));
        if (quiet >= _options.IdleTimeout)
        {
            Break(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, $"no byte either way for {_options.IdleTimeout}"));
            return;
        }

        // moving the timer on every byte would cost more than the byte: it is moved when it rings
        _idle?.Change(_options.IdleTimeout - quiet, Timeout.InfiniteTimeSpan);
    }

    private void SideClosed(bool near)
    {
        ConnectionEnd? end = (near ? _near : _far).Features.Get<IConnectionEndFeature>()?.End;
        if (end is { Reason: not (ConnectionEndReason.Open or ConnectionEndReason.Completed) } reason)
        {
            Break(new ConnectionEnd(reason.Reason, reason.Side, $"the {(near ? "near" : "far")} side ended: {reason.Detail ?? reason.Reason.ToString()}"));
        }
    }

    private static ConnectionEnd Ended(string side, string how) => new(ConnectionEndReason.PeerReset, ErrorSide.Remote, $"the {side} side {how}");

    /// <summary>Ends both sides at once. Only the first reason counts; whoever comes later only sees the consequences.</summary>
    private void Break(ConnectionEnd end)
    {
        lock (_ending)
        {
            if (_end.Reason != ConnectionEndReason.Open)
            {
                return;
            }

            _end = end;
        }

        Abort(_near, end);
        Abort(_far, end);
    }

    private static void Abort(ConnectionContext connection, ConnectionEnd end)
    {
        connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end.Reason == ConnectionEndReason.PeerReset ? end with { Reason = ConnectionEndReason.Aborted } : end);
        connection.Abort(new ConnectionAbortedException(end.Detail ?? "the relay ended"));
    }
}

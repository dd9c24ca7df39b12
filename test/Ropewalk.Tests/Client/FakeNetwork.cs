using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Client;

/// <summary>A network whose connects end when and as the test says; it keeps the order and the time at which they began.</summary>
internal sealed class FakeNetwork(TimeProvider time) : IConnectionFactory
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private readonly List<Attempt> _attempts = [];

    public IReadOnlyList<Attempt> Attempts
    {
        get
        {
            lock (_gate)
            {
                return [.. _attempts];
            }
        }
    }

    public IEnumerable<string> Log => Attempts.Select(attempt => $"{attempt.At.TotalMilliseconds:0} {attempt.To.Address}");

    public Func<IPEndPoint, SocketError?>? Verdict { get; set; }

    public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var attempt = new Attempt((IPEndPoint)endpoint, time.GetElapsedTime(_start), cancellationToken);
        lock (_gate)
        {
            _attempts.Add(attempt);
        }

        if (Verdict is { } verdict)
        {
            if (verdict(attempt.To) is { } error)
            {
                attempt.Fail(error);
            }
            else
            {
                attempt.Succeed();
            }
        }

        return new ValueTask<ConnectionContext>(attempt.Task);
    }

    public sealed class Attempt(IPEndPoint to, TimeSpan at, CancellationToken cancellationToken)
    {
        private readonly TaskCompletionSource<ConnectionContext> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IPEndPoint To => to;

        public TimeSpan At => at;

        public Task<ConnectionContext> Task => _result.Task;

        /// <summary>Deliberately deaf: a winner that comes late must be dropped by the caller.</summary>
        public bool IsCancelled => cancellationToken.IsCancellationRequested;

        public ConnectionContext? Far { get; private set; }

        public void Fail(SocketError error) => _result.SetException(new SocketException((int)error));

        public void Succeed()
        {
            (ConnectionContext near, Far) = MemoryTransport.CreatePair();
            near.RemoteEndPoint = to;
            _result.SetResult(near);
        }
    }
}

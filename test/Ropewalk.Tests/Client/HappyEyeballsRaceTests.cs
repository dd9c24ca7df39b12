using System.Collections;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Client;

/// <summary>An answer that comes while the other one is being looked at is neither lost nor waited for.</summary>
public sealed class HappyEyeballsRaceTests
{
    private static readonly IPAddress V6 = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress V4 = IPAddress.Parse("192.0.2.1");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task TheLastAnswerComesWhileTheFirstIsTaken(int v4Addresses)
    {
        // time stands still: whoever waits for a timer waits for ever
        var time = new VirtualTime();
        var network = new FakeNetwork(time);
        var names = new CrossingAnswers([.. Enumerable.Repeat(V4, v4Addresses)], [V6]);
        var client = new ConnectionClient(new EndpointContext { NameResolver = names, StreamConnections = network, TimeProvider = time });

        Task<ConnectionContext> connect = client.ConnectAsync("tcp:host:80").AsTask();
        await Eventually.HoldsAsync(() => connect.IsFaulted || network.Attempts.Count == 1, "an attempt has begun");
        Assert.Equal([$"0 {V6}"], network.Log);
        network.Attempts[0].Succeed();
        await (await connect).DisposeAsync();
    }

    /// <summary>Answers the A query at once, and the AAAA query when that answer is looked at.</summary>
    private sealed class CrossingAnswers(IReadOnlyList<IPAddress> v4, IReadOnlyList<IPAddress> v6) : INameResolver, IReadOnlyList<IPAddress>
    {
        private readonly TaskCompletionSource<IReadOnlyList<IPAddress>> _v6Answer = new();

        public int Count => v4.Count;

        public IPAddress this[int index] => v4[index];

        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken = default) =>
            family == AddressFamily.InterNetwork ? new(this) : new(_v6Answer.Task);

        public IEnumerator<IPAddress> GetEnumerator()
        {
            _v6Answer.TrySetResult(v6);
            return v4.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

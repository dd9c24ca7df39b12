using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Client;

public sealed class HappyEyeballsTests
{
    private const string V6A = "2001:db8::1";
    private const string V6B = "2001:db8::2";
    private const string V4A = "192.0.2.1";
    private const string V4B = "192.0.2.2";

    private readonly VirtualTime _time = new();
    private readonly FakeNames _names = new();
    private readonly FakeNetwork _network;
    private readonly ConnectionClient _client;

    public HappyEyeballsTests()
    {
        _network = new FakeNetwork(_time);
        _client = new ConnectionClient(new EndpointContext { NameResolver = _names, StreamConnections = _network, TimeProvider = _time });
    }

    /// <summary>RFC 8305 §3: the queries.</summary>
    public sealed class Section3
    {
        private readonly HappyEyeballsTests _ = new();

        [Fact]
        public async Task BothFamiliesAreAskedForAtOnceAaaaFirst()
        {
            Task<ConnectionContext> connect = _.Connect();
            await Eventually.HoldsAsync(() => _._names.Questions.Count == 2, "both are asked for");

            Assert.Equal([("host", AddressFamily.InterNetworkV6), ("host", AddressFamily.InterNetwork)], _._names.Questions);
            await _.FinishAsync(connect);
        }

        [Fact]
        public async Task AnAaaaAnswerIsUsedWithoutWaitingForTheOther()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV6(V6A);

            await _.AttemptsAsync(1);

            Assert.Equal([$"0 {V6A}"], _._network.Log);
            await _.WinAsync(connect, 0);
        }

        [Fact]
        public async Task AnAAnswerWaitsFiftyMillisecondsForTheOther()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV4(V4A);
            await _.TimerAsync(50);
            _._time.Advance(TimeSpan.FromMilliseconds(49));
            Assert.Empty(_._network.Attempts);
            _._time.Advance(TimeSpan.FromMilliseconds(1));

            await _.AttemptsAsync(1);

            Assert.Equal([$"50 {V4A}"], _._network.Log);
            await _.WinAsync(connect, 0);
        }

        [Fact]
        public async Task AnAaaaAnswerInsideTheDelayGoesFirst()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV4(V4A);
            await _.TimerAsync(50);
            _._time.Advance(TimeSpan.FromMilliseconds(30));
            _._names.AnswerV6(V6A);

            await _.AttemptsAsync(1);

            Assert.Equal([$"30 {V6A}"], _._network.Log);
            await _.WinAsync(connect, 0);
        }

        [Theory]
        [InlineData(true)]
        [InlineData(false)]
        public async Task ANegativeOrFailedAaaaAnswerEndsTheDelay(bool fails)
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV4(V4A);
            await _.TimerAsync(50);
            if (fails)
            {
                _._names.Fail(AddressFamily.InterNetworkV6, new EndpointException("SERVFAIL", Ropewalk.Diagnostics.ErrorSide.Remote));
            }
            else
            {
                _._names.AnswerV6();
            }

            await _.AttemptsAsync(1);

            Assert.Equal([$"0 {V4A}"], _._network.Log);
            await _.WinAsync(connect, 0);
        }

        [Fact]
        public async Task AnAnswerThatComesDuringTheAttemptsJoinsThem()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV6(V6A, V6B);
            await _.AttemptsAsync(1);
            await Eventually.HoldsAsync(_._names.AnswerV4(V4A), "the answer is taken");
            await _.AdvanceToAttemptAsync(2);

            Assert.Equal([$"0 {V6A}", $"250 {V4A}"], _._network.Log);
            await _.WinAsync(connect, 1);
        }
    }

    /// <summary>RFC 8305 §4 and §5: the order of the attempts and their spacing.</summary>
    public sealed class Sections4And5
    {
        private readonly HappyEyeballsTests _ = new();

        [Fact]
        public async Task AttemptsAlternateAQuarterOfASecondApart()
        {
            Task<ConnectionContext> connect = _.Connect();
            await Eventually.HoldsAsync(_._names.AnswerV4(V4A, V4B), "the first answer is taken");
            _._names.AnswerV6(V6A, V6B);
            for (int i = 1; i <= 4; i++)
            {
                await (i == 1 ? _.AttemptsAsync(1) : _.AdvanceToAttemptAsync(i));
            }

            Assert.Equal([$"0 {V6A}", $"250 {V4A}", $"500 {V6B}", $"750 {V4B}"], _._network.Log);
            await _.WinAsync(connect, 2);
        }

        [Fact]
        public async Task AFailureBeginsTheNextAttemptAtOnce()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV6(V6A, V6B);
            await _.AttemptsAsync(1);
            await Eventually.HoldsAsync(_._names.AnswerV4(V4A), "the answer is taken");
            _._time.Advance(TimeSpan.FromMilliseconds(10));
            _._network.Attempts[0].Fail(SocketError.ConnectionRefused);
            await _.AttemptsAsync(2);

            Assert.Equal([$"0 {V6A}", $"10 {V4A}"], _._network.Log);
            await _.WinAsync(connect, 1);
        }

        [Fact]
        public async Task TheFirstToAnswerWinsTheOthersAreCancelledAndALateOneIsDropped()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV6(V6A);
            await _.AttemptsAsync(1);
            await Eventually.HoldsAsync(_._names.AnswerV4(V4A), "the answer is taken");
            await _.AdvanceToAttemptAsync(2);

            await _.WinAsync(connect, 1);

            await Eventually.HoldsAsync(() => _._network.Attempts[0].IsCancelled, "the other is cancelled");
            _._network.Attempts[0].Succeed();
            ConnectionContext late = _._network.Attempts[0].Far!;
            await Assert.ThrowsAnyAsync<IOException>(async () => await late.Transport.Input.ReadAsync());
        }

        [Fact]
        public async Task WhenAllFailTheErrorNamesEach()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV6(V6A);
            await _.AttemptsAsync(1);
            await Eventually.HoldsAsync(_._names.AnswerV4(V4A), "the answer is taken");
            _._network.Attempts[0].Fail(SocketError.NetworkUnreachable);
            await _.AttemptsAsync(2);
            _._network.Attempts[1].Fail(SocketError.ConnectionRefused);

            var exception = await Assert.ThrowsAsync<EndpointException>(() => connect);
            Assert.Equal($"Cannot connect to tcp:host:80: [{V6A}]:80: unreachable; {V4A}:80: refused.", exception.Message);
        }

        [Fact]
        public async Task ANameWithoutAddresses()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.AnswerV6();
            _._names.AnswerV4();

            var exception = await Assert.ThrowsAsync<EndpointException>(() => connect);
            Assert.Contains("the name has no address", exception.Message);
        }

        [Fact]
        public async Task ANameThatCannotBeResolved()
        {
            Task<ConnectionContext> connect = _.Connect();
            _._names.Fail(AddressFamily.InterNetworkV6, new EndpointException("no answer from 192.0.2.53", Ropewalk.Diagnostics.ErrorSide.Remote));
            _._names.AnswerV4();

            var exception = await Assert.ThrowsAsync<EndpointException>(() => connect);
            Assert.Contains("no answer from 192.0.2.53", exception.Message);
        }
    }

    [Fact]
    public async Task TheTimeoutCoversNamesAndAttempts()
    {
        Task<ConnectionContext> connect = Connect();
        _names.AnswerV6(V6A);
        await AttemptsAsync(1);

        _time.Advance(new ConnectionClientOptions().ConnectTimeout);

        var exception = await Assert.ThrowsAsync<EndpointException>(() => connect);
        Assert.Contains("longer than", exception.Message);
        Assert.True(_network.Attempts[0].IsCancelled);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task CancellingCancelsTheAttempts()
    {
        using var cancel = new CancellationTokenSource();
        Task<ConnectionContext> connect = _client.ConnectAsync("tcp:host:80", cancel.Token).AsTask();
        _names.AnswerV6(V6A);
        await AttemptsAsync(1);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        Assert.True(_network.Attempts[0].IsCancelled);
    }

    [Fact]
    public async Task AnAddressNeedsNoResolver()
    {
        _network.Verdict = static _ => null;

        await using ConnectionContext connection = await _client.ConnectAsync($"tcp:[{V6A}]:80");

        Assert.Empty(_names.Questions);
        Assert.Equal($"[{V6A}]:80", connection.RemoteEndPoint!.ToString());
    }

    [Theory]
    [InlineData("tcp:80")]
    [InlineData("tcp:host:0")]
    public async Task ConnectingNeedsAHostAndAPort(string to)
    {
        var exception = await Assert.ThrowsAsync<EndpointException>(() => _client.ConnectAsync(to).AsTask());

        Assert.Contains("name a host and a port", exception.Message);
    }

    /// <summary>RFC 6724 §2.1, the policy table; the resolver's order among equals.</summary>
    [Fact]
    public void TheOrderWithinAFamily()
    {
        string[] given = ["fd00::1", "2001::5", "2002::1", "2001:db8::2", "2001:db8::1", "::1", "2001:db8::2"];

        string[] sorted = [.. AddressOrder.Sort(given.Select(IPAddress.Parse)).Select(address => address.ToString())];

        Assert.Equal(["::1", "2001:db8::2", "2001:db8::1", "2002::1", "2001::5", "fd00::1"], sorted);
    }

    private Task<ConnectionContext> Connect() => _client.ConnectAsync("tcp:host:80").AsTask();

    private Task AttemptsAsync(int count) => Eventually.HoldsAsync(() => _network.Attempts.Count == count, $"{count} attempts have begun");

    private Task TimerAsync(int milliseconds) =>
        Eventually.HoldsAsync(() => _time.UntilNextTimer == TimeSpan.FromMilliseconds(milliseconds), $"a timer of {milliseconds} ms");

    private async Task AdvanceToAttemptAsync(int count)
    {
        await TimerAsync(250);
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.Equal(count - 1, _network.Attempts.Count);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await AttemptsAsync(count);
    }

    private async Task WinAsync(Task<ConnectionContext> connect, int attempt)
    {
        Assert.False(connect.IsCompleted);
        _network.Attempts[attempt].Succeed();
        await using ConnectionContext connection = await connect;
        Assert.Equal(_network.Attempts[attempt].To, connection.RemoteEndPoint);
    }

    private async Task FinishAsync(Task<ConnectionContext> connect)
    {
        _names.AnswerV6(V6A);
        await AttemptsAsync(1);
        await WinAsync(connect, 0);
    }
}

using Ropewalk.Endpoints;
using Ropewalk.Endpoints.Schemes;
using Ropewalk.Server;

namespace Ropewalk.Tests.Endpoints.Schemes;

public sealed class SocketActivationTests
{
    [Theory]
    [InlineData("smtp", new[] { 3 })]
    [InlineData("http", new[] { 4, 6 })]
    [InlineData("0", new[] { 3 })]
    [InlineData("3", new[] { 6 })]
    [InlineData("unknown", new[] { 5 })]
    [InlineData("7", new[] { 7 })]
    public void SocketsAreFoundByNameAndByIndex(string nameOrIndex, int[] expected)
    {
        SocketActivation activation = Parse("42", "5", "smtp:http::http:7");

        Assert.Null(activation.TryFind(nameOrIndex, out IReadOnlyList<int> descriptors));
        Assert.Equal(expected, descriptors);
    }

    [Fact]
    public void TheOnlyOneNeedsNoName()
    {
        Assert.Null(Parse("42", "1", null).TryFind("", out IReadOnlyList<int> descriptors));
        Assert.Equal([3], descriptors);
    }

    [Theory]
    [InlineData("42", "2", "a:b", "", "0 (a), 1 (b)")]
    [InlineData("42", "2", "a:b", "c", "0 (a), 1 (b)")]
    [InlineData("42", "2", "a:b", "2", "0 (a), 1 (b)")]
    [InlineData("41", "1", "a", "a", "for process 41")]
    [InlineData("x", "1", "a", "a", "for process x")]
    [InlineData(null, "1", "a", "a", "LISTEN_FDS is not set")]
    [InlineData("42", null, "a", "a", "LISTEN_FDS is not set")]
    [InlineData("42", "0", "a", "a", "LISTEN_FDS is 0")]
    [InlineData("42", "-1", "a", "a", "LISTEN_FDS is -1")]
    [InlineData("42", "99999", "a", "a", "LISTEN_FDS is 99999")]
    public void WhatIsWrongIsSaid(string? process, string? count, string? names, string wanted, string words)
    {
        string? wrong = Parse(process, count, names).TryFind(wanted, out IReadOnlyList<int> descriptors);

        Assert.Contains(words, wrong);
        Assert.Empty(descriptors);
    }

    [Fact]
    public async Task AProcessThatWasNotActivatedSaysSo()
    {
        await using var server = new ConnectionServer();

        var exception = await Assert.ThrowsAsync<EndpointException>(() => server.ListenAsync("systemd:smtp", static _ => Task.CompletedTask).AsTask());

        Assert.Contains("Cannot listen on systemd:smtp: this process was not started by socket activation", exception.Message);
    }

    private static SocketActivation Parse(string? process, string? count, string? names) => SocketActivation.Parse(
        variable => variable switch
        {
            "LISTEN_PID" => process,
            "LISTEN_FDS" => count,
            "LISTEN_FDNAMES" => names,
            _ => null,
        },
        42);
}

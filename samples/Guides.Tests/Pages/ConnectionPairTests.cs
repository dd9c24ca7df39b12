using System.IO.Pipelines;
using System.Text;
using Ropewalk.Testing;

namespace Guides.Tests.Pages;

/// <summary>Two ends of one connection, and a clock.</summary>
public sealed class ConnectionPairTests
{
    [Fact]
    public async Task WhatOneEndSaysTheOtherHears()
    {
        var (client, server) = ConnectionPair.Create();
        await client.Transport.Output.WriteAsync("hello"u8.ToArray());
        await client.Transport.Output.CompleteAsync();

        ReadResult heard = await server.Transport.Input.ReadAtLeastAsync(6);
        Assert.Equal("hello", Encoding.ASCII.GetString(heard.Buffer));
        Assert.True(heard.IsCompleted);

        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task ADayPassesInNoTime()
    {
        var time = new VirtualTime();
        Task tomorrow = Task.Delay(TimeSpan.FromDays(1), time);
        time.Advance(TimeSpan.FromHours(23));
        Assert.False(tomorrow.IsCompleted);
        time.Advance(TimeSpan.FromHours(1));
        await tomorrow;
    }
}

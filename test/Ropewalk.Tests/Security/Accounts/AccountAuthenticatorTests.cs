using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ropewalk.Security.Accounts;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Security.Accounts;

public sealed class AccountAuthenticatorTests
{
    private static readonly IPEndPoint Here = new(IPAddress.Parse("192.0.2.1"), 1000);
    private static readonly IPEndPoint There = new(IPAddress.Parse("192.0.2.2"), 1000);

    private readonly MemoryRecordStore _records = new();
    private readonly RecordAccountStore _store;
    private readonly VirtualTime _time = new();
    private readonly RecordingLog _log = new();
    private readonly AccountAuthenticatorOptions _options;

    public AccountAuthenticatorTests()
    {
        _store = new RecordAccountStore(_records, new SeededRandom(1));
        _options = new AccountAuthenticatorOptions { Iterations = 2, FailuresPerAccount = 3, FailuresPerAddress = 4, TimeProvider = _time, Random = new SeededRandom(2), ChecksInline = true };
    }

    [Fact]
    public async Task TheRightPasswordSignsIn()
    {
        AccountAuthenticator authenticator = await Make();
        AuthenticationResult result = await authenticator.AuthenticateAsync("ANNA", "pencil", Here);
        Assert.True(result.Succeeded);
        Assert.Equal("anna", result.Account.Name.Canonical);
        Assert.Empty(_log.Entries);
    }

    [Theory]
    [InlineData("anna", "wrong")]
    [InlineData("anna", "")]
    [InlineData("nobody", "pencil")]
    [InlineData("two words", "pencil")]
    [InlineData("", "")]
    [InlineData("certificate-only", "pencil")]
    public async Task AllElseIsTheSameFailure(string name, string password)
    {
        AccountAuthenticator authenticator = await Make();
        await _store.CreateAsync(new Account { Name = AccountName.Parse("certificate-only"), Created = default });
        AuthenticationResult result = await authenticator.AuthenticateAsync(name, password, Here);
        Assert.False(result.Succeeded);
        Assert.Null(result.Account);
        Assert.Equal(AuthenticationFailure.WrongCredentials, result.Failure);
        Assert.DoesNotContain("pencil", _log.TextOf(1651));
    }

    [Fact]
    public async Task WhoMayNotIsToldOnlyAsOwner()
    {
        AccountAuthenticator authenticator = await Make();
        Account anna = (await _store.FindAsync(AccountName.Parse("anna")))!;
        await _store.UpdateAsync(anna with { IsSuspended = true });
        Assert.Equal(AuthenticationFailure.WrongCredentials, (await authenticator.AuthenticateAsync("anna", "wrong", null)).Failure);
        Assert.Equal(AuthenticationFailure.Suspended, (await authenticator.AuthenticateAsync("anna", "pencil", null)).Failure);
        anna = (await _store.FindAsync(anna.Name))!;
        await _store.UpdateAsync(anna with { IsSuspended = false, IsVerified = false });
        Assert.Equal(AuthenticationFailure.NotVerified, (await authenticator.AuthenticateAsync("anna", "pencil", null)).Failure);
        _options.RequireVerified = false;
        Assert.True((await authenticator.AuthenticateAsync("anna", "pencil", null)).Succeeded);
    }

    [Fact]
    public async Task FailuresAreLimitedByAccountWhereverTheyComeFrom()
    {
        AccountAuthenticator authenticator = await Make();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(AuthenticationFailure.WrongCredentials, (await authenticator.AuthenticateAsync("anna", "wrong", new IPEndPoint(0x01000000 + i, 1))).Failure);
        }

        Assert.Equal(AuthenticationFailure.RateLimited, (await authenticator.AuthenticateAsync("Anna", "pencil", There)).Failure);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await authenticator.AuthenticateAsync("anna", "pencil", There)).Succeeded);
        Assert.Equal(AuthenticationFailure.WrongCredentials, (await authenticator.AuthenticateAsync("anna", "wrong", There)).Failure);
        Assert.Equal(AuthenticationFailure.RateLimited, (await authenticator.AuthenticateAsync("anna", "pencil", There)).Failure);
    }

    [Fact]
    public async Task FailuresAreLimitedByAddressWhomeverTheyAreFor()
    {
        AccountAuthenticator authenticator = await Make();
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(AuthenticationFailure.WrongCredentials, (await authenticator.AuthenticateAsync($"guess{i}", "pencil", Here)).Failure);
        }

        Assert.Equal(AuthenticationFailure.RateLimited, (await authenticator.AuthenticateAsync("anna", "pencil", new IPEndPoint(Here.Address, 2))).Failure);
        Assert.True((await authenticator.AuthenticateAsync("anna", "pencil", There)).Succeeded);
        Assert.Equal(4, _log.Count(1651));
    }

    [Fact]
    public async Task AnAddressOfIPv6IsItsNetwork()
    {
        AccountAuthenticator authenticator = await Make();
        for (int i = 0; i < 4; i++)
        {
            await authenticator.AuthenticateAsync($"guess{i}", "pencil", new IPEndPoint(IPAddress.Parse($"2001:db8::{i}"), 1));
        }

        Assert.Equal(AuthenticationFailure.RateLimited, (await authenticator.AuthenticateAsync("anna", "pencil", new IPEndPoint(IPAddress.Parse("2001:db8::ffff:1"), 1))).Failure);
        Assert.True((await authenticator.AuthenticateAsync("anna", "pencil", new IPEndPoint(IPAddress.Parse("2001:db8:0:1::1"), 1))).Succeeded);
    }

    [Fact]
    public async Task SuccessesAreNotCounted()
    {
        AccountAuthenticator authenticator = await Make();
        for (int i = 0; i < 50; i++)
        {
            Assert.True((await authenticator.AuthenticateAsync("anna", "pencil", Here)).Succeeded);
        }
    }

    [Fact]
    public async Task AttemptsAtOnceAreCountedToo()
    {
        _options.ChecksInline = false;
        AccountAuthenticator authenticator = await Make();
        AuthenticationResult[] results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => authenticator.AuthenticateAsync("anna", "wrong", null).AsTask()));
        Assert.Equal(3, results.Count(result => result.Failure == AuthenticationFailure.WrongCredentials));
        Assert.Equal(37, results.Count(result => result.Failure == AuthenticationFailure.RateLimited));
    }

    [Fact]
    public async Task ChecksAreBounded()
    {
        (_options.ChecksInline, _options.MaxConcurrentChecks, _options.MaxWaitingChecks, _options.FailuresPerAccount, _options.Iterations) = (false, 1, 2, 1000, 50_000);
        AccountAuthenticator authenticator = await Make();
        AuthenticationResult[] results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => authenticator.AuthenticateAsync("anna", "pencil", null).AsTask()));
        Assert.Contains(results, result => result.Succeeded);
        Assert.Contains(results, result => result.Failure == AuthenticationFailure.Busy);
        Assert.All(results, result => Assert.True(result.Succeeded || result.Failure == AuthenticationFailure.Busy));
        Assert.True((await authenticator.AuthenticateAsync("anna", "pencil", null)).Succeeded);
    }

    [Fact]
    public async Task WhatIsGivenUpLeavesRoomForOthers()
    {
        (_options.ChecksInline, _options.MaxConcurrentChecks, _options.MaxWaitingChecks, _options.FailuresPerAccount) = (false, 1, 2, 1000);
        AccountAuthenticator authenticator = await Make();
        for (int i = 0; i < 20; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<AuthenticationResult>[] attempts = [.. Enumerable.Range(0, 3).Select(_ => authenticator.AuthenticateAsync("anna", "pencil", null, cancel.Token).AsTask())];
            cancel.Cancel();
            await Task.WhenAll(attempts.Select(attempt => attempt.ContinueWith(_ => { }, TaskScheduler.Default)));
        }

        AuthenticationResult result = default;
        await Eventually.HoldsAsync(() => (result = authenticator.AuthenticateAsync("anna", "pencil", null).AsTask().Result).Succeeded, "room again");
        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task InASimulationEverythingCompletesAtOnce()
    {
        AccountAuthenticator authenticator = await Make();
        Assert.True(authenticator.AuthenticateAsync("anna", "pencil", null).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task AStoreThatFailsIsAnAnswerAndALogLine()
    {
        AccountAuthenticator authenticator = await Make();
        await _store.GetSecretAsync();
        _records.ReadFailure = RecordStoreFailure.Corrupt;
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(AuthenticationFailure.Unavailable, (await authenticator.AuthenticateAsync("anna", "pencil", Here)).Failure);
            Assert.Equal(AuthenticationFailure.Unavailable, (await authenticator.AuthenticateAsync(CertificateFingerprint.Of("x"u8), Here)).Failure);
        }

        _records.ReadFailure = null;
        Assert.True((await authenticator.AuthenticateAsync("anna", "pencil", Here)).Succeeded);
        Assert.Equal(20, _log.Count(1650));
    }

    [Fact]
    public async Task WhatIsTrackedIsBounded()
    {
        var table = new FailureTable<int>(burst: 2, TimeSpan.FromMinutes(1), maxTracked: 3, _time);
        for (int key = 0; key < 3; key++)
        {
            Assert.True(table.TryTake(key));
        }

        Assert.True(table.TryTake(100) && table.TryTake(101)); // these share one count
        Assert.False(table.TryTake(102));
        Assert.Equal(3, table.Count);
        Assert.True(table.TryTake(0));
        Assert.False(table.TryTake(0));
        table.GiveBack(0);
        Assert.True(table.TryTake(0));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(table.TryTake(103)); // the others are forgotten: they could fail twice again
        Assert.Equal(1, table.Count);
        table.GiveBack(103);
        Assert.Equal(0, table.Count);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task NewPasswordsAreHashedAsTheOptionsSay()
    {
        AccountAuthenticator authenticator = await Make();
        ScramCredential credential = (await authenticator.CreateCredentialAsync("new"))!;
        Assert.Equal(2, credential.Iterations);
        Assert.True(credential.Verify("new"));
        Assert.Null(await authenticator.CreateCredentialAsync(""));
    }

    [Fact]
    public void AllErrorsOfTheOptionsAreTold()
    {
        var wrong = new AccountAuthenticatorOptions { Iterations = 0, MaxConcurrentChecks = 0, FailureInterval = TimeSpan.Zero, TimeProvider = null! };
        Assert.Equal(4, Assert.Throws<OptionsValidationException>(wrong.Validate).Failures.Count());
    }

    private async Task<AccountAuthenticator> Make()
    {
        await _store.CreateAsync(new Account { Name = AccountName.Parse("anna"), Created = default, Credential = ScramCredential.Create("pencil", [1, 2, 3], _options.Iterations) });
        return new AccountAuthenticator(_store, _options, _log.CreateLogger<AccountAuthenticator>());
    }
}

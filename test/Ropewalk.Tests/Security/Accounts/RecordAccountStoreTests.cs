using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ropewalk.Security.Accounts;
using Ropewalk.Storage;
using Ropewalk.Tests.Security.Tls;

namespace Ropewalk.Tests.Security.Accounts;

public sealed class RecordAccountStoreTests
{
    private static readonly AccountName Anna = AccountName.Parse("Anna");
    private static readonly AccountName Bert = AccountName.Parse("bert");
    private static readonly CertificateFingerprint One = CertificateFingerprint.Of("one"u8);
    private static readonly CertificateFingerprint Two = CertificateFingerprint.Of("two"u8);

    private readonly MemoryRecordStore _records = new();
    private readonly RecordAccountStore _store;

    public RecordAccountStoreTests() => _store = new RecordAccountStore(_records, new SeededRandom(1));

    [Fact]
    public async Task AnAccountIsKeptWhole()
    {
        Account account = Make(Anna) with
        {
            Email = "anna@example.org",
            IsVerified = false,
            IsSuspended = true,
            Attributes = new Dictionary<string, string> { ["b"] = "2", ["a"] = "é\"\n" },
            Certificates = [One, Two],
            Credential = ScramCredential.Create("pencil", [1, 2, 3], 2),
        };
        Assert.Equal(AccountChange.Made, await _store.CreateAsync(account));
        Account found = (await _store.FindAsync(AccountName.Parse("ANNA")))!;
        Assert.Equal("Anna", found.Name.Display);
        Assert.Equal((account.Email, account.Created, false, true), (found.Email, found.Created, found.IsVerified, found.IsSuspended));
        Assert.Equal(account.Attributes.OrderBy(pair => pair.Key), found.Attributes.OrderBy(pair => pair.Key));
        Assert.Equal(account.Certificates, found.Certificates);
        Assert.True(found.Credential!.Verify("pencil"));
        Assert.True(found.Version > 0);
        Assert.Equal("Anna, not verified, suspended", found.ToString());
    }

    [Fact]
    public async Task ThePasswordIsNotInTheRecord()
    {
        await _store.CreateAsync(Make(Anna) with { Credential = ScramCredential.Create("pencil", [1], 2) });
        StoredRecord record = (await _records.GetAsync(RecordKey.Of("accounts", "anna")))!;
        Assert.DoesNotContain("pencil", Encoding.UTF8.GetString(record.Content.Span));
        Assert.DoesNotContain("cGVuY2ls", Encoding.UTF8.GetString(record.Content.Span));
    }

    [Fact]
    public async Task NamesAndCertificatesBelongToOneAccount()
    {
        Assert.Equal(AccountChange.Made, await _store.CreateAsync(Make(Anna) with { Certificates = [One] }));
        Assert.Equal(AccountChange.NameTaken, await _store.CreateAsync(Make(AccountName.Parse("aNNA"))));
        Assert.Equal(AccountChange.CertificateTaken, await _store.CreateAsync(Make(Bert) with { Certificates = [Two, One] }));
        Assert.Null(await _store.FindAsync(Bert));
        Assert.Null(await _store.FindByCertificateAsync(Two));
        Assert.Equal("Anna", (await _store.FindByCertificateAsync(One))!.Name.Display);
    }

    [Fact]
    public async Task CertificatesFollowTheirAccount()
    {
        await _store.CreateAsync(Make(Anna) with { Certificates = [One] });
        Account anna = (await _store.FindAsync(Anna))!;
        Assert.Equal(AccountChange.Made, await _store.UpdateAsync(anna with { Certificates = [Two] }));
        Assert.Null(await _store.FindByCertificateAsync(One));
        Assert.Equal(Anna, (await _store.FindByCertificateAsync(Two))!.Name);
        Assert.Equal(AccountChange.Made, await _store.CreateAsync(Make(Bert) with { Certificates = [One] }));
        Account bert = (await _store.FindAsync(Bert))!;
        Assert.Equal(AccountChange.CertificateTaken, await _store.UpdateAsync(bert with { Certificates = [One, Two] }));

        Assert.Equal(AccountChange.Made, await _store.DeleteAsync(Anna));
        Assert.Null(await _store.FindByCertificateAsync(Two));
        Assert.Equal(AccountChange.NotFound, await _store.DeleteAsync(Anna));
        Assert.Equal(AccountChange.Made, await _store.UpdateAsync(bert with { Certificates = [One, Two] }));
        await _store.DeleteAsync(Bert);
        Assert.Equal(0, _records.Count);
    }

    [Fact]
    public async Task AStaleUpdateIsRefused()
    {
        await _store.CreateAsync(Make(Anna));
        Account first = (await _store.FindAsync(Anna))!;
        Assert.Equal(AccountChange.Made, await _store.UpdateAsync(first with { Email = "new@example.org" }));
        Assert.Equal(AccountChange.Conflict, await _store.UpdateAsync(first with { IsSuspended = true }));
        Assert.Equal(AccountChange.NotFound, await _store.UpdateAsync(Make(Bert)));
        await _store.DeleteAsync(Anna);
        await _store.CreateAsync(Make(Anna));
        Assert.Equal(AccountChange.Conflict, await _store.UpdateAsync(first with { IsSuspended = true }));
    }

    [Fact]
    public async Task APasswordIsChanged()
    {
        await _store.CreateAsync(Make(Anna) with { Email = "anna@example.org" });
        Assert.Equal(AccountChange.Made, await _store.ChangePasswordAsync(Anna, ScramCredential.Create("new", [1], 2)));
        Account found = (await _store.FindAsync(Anna))!;
        Assert.True(found.Credential!.Verify("new"));
        Assert.Equal("anna@example.org", found.Email);
        Assert.Equal(AccountChange.Made, await _store.ChangePasswordAsync(Anna, null));
        Assert.Null((await _store.FindAsync(Anna))!.Credential);
        Assert.Equal(AccountChange.NotFound, await _store.ChangePasswordAsync(Bert, null));
    }

    [Fact]
    public async Task WhatIsTooLargeIsRefused()
    {
        CertificateFingerprint[] many = [.. Enumerable.Range(0, 17).Select(i => CertificateFingerprint.Of([(byte)i]))];
        Assert.Equal(AccountChange.TooLarge, await _store.CreateAsync(Make(Anna) with { Certificates = many }));
        Assert.Equal(AccountChange.TooLarge, await _store.CreateAsync(Make(Anna) with { Certificates = [One, One] }));
        Assert.Equal(AccountChange.TooLarge, await _store.CreateAsync(Make(Anna) with { Email = new string('x', 255) }));
        Assert.Equal(AccountChange.TooLarge, await _store.CreateAsync(Make(Anna) with { Attributes = new Dictionary<string, string> { ["a"] = new('x', 1025) } }));
        Assert.Equal(AccountChange.Made, await _store.CreateAsync(Make(Anna) with { Certificates = many[1..] }));
        Account anna = (await _store.FindAsync(Anna))!;
        Assert.Equal(AccountChange.TooLarge, await _store.UpdateAsync(anna with { Certificates = many }));
        Assert.Equal(AccountChange.Made, await _store.UpdateAsync(anna with { Certificates = [.. Enumerable.Range(20, 16).Select(i => CertificateFingerprint.Of([(byte)i]))] }));
    }

    [Fact]
    public async Task AllAreListed()
    {
        foreach (string name in (string[])["c", "B", "a"])
        {
            await _store.CreateAsync(Make(AccountName.Parse(name)));
        }

        await _store.GetSecretAsync();
        List<string> names = [];
        await foreach (Account account in _store.ListAsync())
        {
            names.Add(account.Name.Display);
        }

        Assert.Equal(["a", "B", "c"], names);
    }

    [Fact]
    public async Task TheSecretIsMadeOnce()
    {
        ReadOnlyMemory<byte> first = await _store.GetSecretAsync();
        ReadOnlyMemory<byte> other = await new RecordAccountStore(_records, new SeededRandom(2)).GetSecretAsync();
        Assert.Equal(32, first.Length);
        Assert.Equal(first.ToArray(), other.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"name":"two words"}""")]
    [InlineData("""{"name":"anna","created":"no date"}""")]
    [InlineData("""{"name":"anna","created":"2026-01-01T00:00:00Z","verified":true,"suspended":false,"certificates":["secret"],"attributes":{}}""")]
    public async Task ADamagedRecordIsTold(string json)
    {
        await _records.ApplyAsync(RecordChange.Put(RecordKey.Of("accounts", "anna"), Encoding.UTF8.GetBytes(json)));
        RecordStoreException e = await Assert.ThrowsAsync<RecordStoreException>(async () => await _store.FindAsync(Anna));
        Assert.Equal(RecordStoreFailure.Corrupt, e.Failure);
        Assert.Contains("accounts/anna", e.Message);
        Assert.DoesNotContain("secret", e.ToString());
    }

    [Fact]
    public void FingerprintsAreThoseOfTheDer()
    {
        X509Certificate2 certificate = TestCertificates.Localhost;
        CertificateFingerprint fingerprint = CertificateFingerprint.Of(certificate);
        Assert.Equal(certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant(), fingerprint.ToString());
        string colons = string.Join(':', fingerprint.ToString().ToUpperInvariant().Chunk(2).Select(pair => new string(pair)));
        Assert.True(CertificateFingerprint.TryParse(colons, out CertificateFingerprint? parsed));
        Assert.Equal(fingerprint, parsed);
        Assert.False(CertificateFingerprint.TryParse(colons[1..], out _));
        Assert.False(CertificateFingerprint.TryParse(fingerprint.ToString()[1..], out _));
        Assert.False(CertificateFingerprint.TryParse(null, out _));
    }

    private static Account Make(AccountName name) => new() { Name = name, Created = DateTimeOffset.UnixEpoch };
}

using Ropewalk.Testing.Seeds;

namespace Ropewalk.Testing.Tests.Seeds;

public sealed class RepeatCommandTests
{
    private static readonly string[] XunitOnPlatform = ["xunit.v3.core", "Microsoft.Testing.Platform", "Microsoft.Testing.Extensions.MSBuild"];

    [Fact]
    public void An_xunit_program_gets_its_filter_and_is_named_as_it_was_typed() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests --filter-method \"*.A_test\"", Again("bin/X.Tests --no-ansi", XunitOnPlatform));

    [Fact]
    public void A_program_that_was_found_by_its_name_is_told_by_its_path() =>
        Assert.Equal("ROPEWALK_SEED=17 /w/bin/X.Tests --filter-method \"*.A_test\"", Again("X.Tests --no-ansi", XunitOnPlatform));

    [Fact]
    public void An_assembly_that_dotnet_runs_is_run_by_dotnet() =>
        Assert.Equal("ROPEWALK_SEED=17 dotnet bin/X.Tests.dll --filter-method \"*.A_test\"", Again("dotnet bin/X.Tests.dll", XunitOnPlatform, program: "/usr/bin/dotnet"));

    [Fact]
    public void What_dotnet_test_has_started_is_told_by_its_path() =>
        Assert.Equal("ROPEWALK_SEED=17 /w/bin/X.Tests --filter-method \"*.A_test\"", Again("bin/X.Tests --server dotnettestcli", XunitOnPlatform));

    [Fact]
    public void Other_frameworks_of_the_testing_platform_share_a_filter() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests --filter \"A_test\"", Again("bin/X.Tests", ["Microsoft.Testing.Platform"]));

    [Fact]
    public void Xunits_own_runner_has_another_filter() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests -method \"*.A_test\"", Again("bin/X.Tests", ["xunit.v3.core", "Microsoft.Testing.Platform"]));

    [Fact]
    public void VSTests_host_is_no_program_of_the_users() =>
        Assert.Equal("ROPEWALK_SEED=17 dotnet test --filter \"A_test\"", Again("dotnet exec /opt/sdk/testhost.dll --port 1", [], "/usr/bin/dotnet", "/opt/sdk/testhost.dll"));

    [Fact]
    public void Any_other_program_is_run_as_it_was() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests --hosts 3 '*' 'it'\\''s'", Again("bin/X.Tests --hosts 3 * it's", []));

    [Fact]
    public void Where_no_method_is_named_everything_is_run() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests", Again("bin/X.Tests", XunitOnPlatform, method: ".ctor"));

    private static string Again(string typed, string[] assemblies, string program = "/w/bin/X.Tests", string main = "/w/bin/X.Tests.dll", string method = "A_test")
    {
        string line = new RepeatCommand { Program = program, MainAssembly = main, Typed = typed.Split(' '), Assemblies = assemblies }.Again(17, method);
        const string Begin = "The same again: ";
        Assert.StartsWith(Begin, line, StringComparison.Ordinal);
        return line[Begin.Length..];
    }
}

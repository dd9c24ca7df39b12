using Ropewalk.Testing.Seeds;

namespace Ropewalk.Testing.Tests.Seeds;

public sealed class RepeatCommandTests
{
    private static readonly string[] XunitOnPlatform = ["xunit.v3.core", "Microsoft.Testing.Platform"];

    [Fact]
    public void An_xunit_program_gets_its_filter() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests --filter-method \"*.A_test\"", Line("/w/bin/X.Tests", ["/w/bin/X.Tests.dll", "--no-ansi"], XunitOnPlatform));

    [Fact]
    public void A_program_in_the_working_folder_is_found_there() =>
        Assert.Equal("ROPEWALK_SEED=17 ./X.Tests --filter-method \"*.A_test\"", Line("/w/X.Tests", ["/w/X.Tests.dll"], XunitOnPlatform));

    [Fact]
    public void An_assembly_that_dotnet_runs_is_run_by_dotnet() =>
        Assert.Equal("ROPEWALK_SEED=17 dotnet bin/X.Tests.dll --filter-method \"*.A_test\"", Line("/usr/bin/dotnet", ["bin/X.Tests.dll"], XunitOnPlatform));

    [Fact]
    public void What_dotnet_test_has_started_in_a_folder_of_its_own_is_named_by_its_whole_path() =>
        Assert.Equal("ROPEWALK_SEED=17 '/w/my bin/X.Tests' --filter-method \"*.A_test\"", Line("/w/my bin/X.Tests", ["/w/my bin/X.Tests.dll", "--server", "dotnettestcli"], XunitOnPlatform));

    [Fact]
    public void Other_frameworks_of_the_testing_platform_share_a_filter() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests --filter \"A_test\"", Line("/w/bin/X.Tests", ["/w/bin/X.Tests.dll"], ["Microsoft.Testing.Platform"]));

    [Fact]
    public void Xunits_own_runner_has_another_filter() =>
        Assert.Equal("ROPEWALK_SEED=17 bin/X.Tests -method \"*.A_test\"", Line("/w/bin/X.Tests", ["/w/bin/X.Tests.dll"], ["xunit.v3.core"]));

    [Fact]
    public void VSTests_host_is_no_program_of_the_users() =>
        Assert.Equal("ROPEWALK_SEED=17 dotnet test --filter \"A_test\"", Line("/usr/bin/dotnet", ["/home/u/.nuget/testhost.dll", "--port", "1"], []));

    [Fact]
    public void Any_other_program_is_run_as_it_was() =>
        Assert.Equal("ROPEWALK_SEED=17 ./sim --hosts 3 'a name' 'it'\\''s'", Line("/w/sim", ["/w/sim.dll", "--hosts", "3", "a name", "it's"], []));

    [Fact]
    public void Where_no_method_is_named_everything_is_run() =>
        Assert.Equal("ROPEWALK_SEED=17 ./X.Tests", Line("/w/X.Tests", ["/w/X.Tests.dll"], XunitOnPlatform, ".ctor"));

    private static string Line(string program, string[] arguments, string[] assemblies, string method = "A_test") => new RepeatCommand
    {
        Program = program,
        Arguments = arguments,
        WorkingFolder = "/w",
        HasAssembly = name => assemblies.Contains(name),
    }.Line(17, method);
}

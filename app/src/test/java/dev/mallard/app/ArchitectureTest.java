package dev.mallard.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;
import dev.mallard.catalog.Catalog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md's rules. */
class ArchitectureTest {
  private static JavaClasses classes;

  @BeforeAll
  static void load() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // Test helpers of the modules below come in jars of their own.
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.mallard");
  }

  private static void hold(ArchRule rule) {
    rule.check(classes);
  }

  @Test
  void thePackageGraphHasNoCycle() {
    hold(slices().matching("dev.mallard.(**)").should().beFreeOfCycles());
  }

  @Test
  void edgesGoOneWay() {
    hold(
        Architectures.layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.mallard..")
            .layer("app")
            .definedBy("dev.mallard.app..")
            .layer("cli")
            .definedBy("dev.mallard.cli..")
            .layer("client")
            .definedBy("dev.mallard.client..")
            .layer("server")
            .definedBy("dev.mallard.server..")
            .layer("flight")
            .definedBy("dev.mallard.flight..")
            .layer("wire")
            .definedBy("dev.mallard.wire..")
            .layer("duckdb")
            .definedBy("dev.mallard.duckdb..")
            .layer("engine")
            .definedBy("dev.mallard.engine..")
            .layer("query")
            .definedBy("dev.mallard.query..")
            .layer("links")
            .definedBy("dev.mallard.links..")
            .layer("catalog")
            .definedBy("dev.mallard.catalog..")
            .layer("store")
            .definedBy("dev.mallard.store..")
            .layer("parquet")
            .definedBy("dev.mallard.parquet..")
            .layer("arrow")
            .definedBy("dev.mallard.arrow..")
            .layer("generate")
            .definedBy("dev.mallard.generate..")
            .layer("access")
            .definedBy("dev.mallard.access..")
            .layer("signin")
            .definedBy("dev.mallard.signin..")
            .layer("error")
            .definedBy("dev.mallard.error..")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cli")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("client")
            .mayOnlyBeAccessedByLayers("cli", "app")
            .whereLayer("server")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("flight")
            .mayOnlyBeAccessedByLayers("server")
            .whereLayer("wire")
            .mayOnlyBeAccessedByLayers("flight", "client", "server")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("server")
            .whereLayer("engine")
            .mayOnlyAccessLayers("duckdb", "query", "access", "arrow", "error")
            .whereLayer("duckdb")
            .mayOnlyBeAccessedByLayers("engine", "server")
            .whereLayer("query")
            .mayOnlyBeAccessedByLayers("duckdb", "engine", "links", "flight", "server")
            .whereLayer("duckdb")
            .mayOnlyAccessLayers("query", "access", "arrow", "error")
            .whereLayer("access")
            .mayOnlyAccessLayers("error")
            .whereLayer("signin")
            .mayOnlyAccessLayers("access", "error")
            .whereLayer("signin")
            .mayOnlyBeAccessedByLayers("server")
            .whereLayer("links")
            .mayOnlyBeAccessedByLayers("server")
            .whereLayer("catalog")
            .mayOnlyBeAccessedByLayers("links", "flight", "server")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers("query", "links", "catalog", "server", "flight")
            .whereLayer("parquet")
            .mayOnlyBeAccessedByLayers("server", "cli")
            .whereLayer("arrow")
            .mayOnlyBeAccessedByLayers(
                "parquet",
                "store",
                "catalog",
                "links",
                "query",
                "duckdb",
                "engine",
                "wire",
                "flight",
                "server",
                "generate",
                "client",
                "cli")
            .whereLayer("generate")
            .mayOnlyAccessLayers("arrow", "error")
            .whereLayer("parquet")
            .mayOnlyAccessLayers("arrow", "error"));
  }

  /** What a client may see of the datasets is asked in one place. */
  @Test
  void theServiceSeesTheCatalogAsItsCallersDo() {
    hold(
        noClasses()
            .that()
            .resideInAPackage("dev.mallard.flight..")
            .should()
            .accessTargetWhere(
                new DescribedPredicate<JavaAccess<?>>("a method of Catalog but for as()") {
                  @Override
                  public boolean test(JavaAccess<?> access) {
                    return access.getTargetOwner().isEquivalentTo(Catalog.class)
                        && !access.getName().equals("as");
                  }
                }));
  }

  @Test
  void theCommandsUseOfTheServersPartsNothingButFileFormats() {
    hold(
        noClasses()
            .that()
            .resideInAnyPackage("dev.mallard.cli..", "dev.mallard.client..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.mallard.catalog..",
                "dev.mallard.query..",
                "dev.mallard.duckdb..",
                "dev.mallard.flight..",
                "dev.mallard.server..",
                "dev.mallard.store.."));
  }

  @Test
  void theParquetLibrarysInsideStaysInside() {
    hold(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.mallard.parquet..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.mallard.parquet.internal.."));
  }

  @Test
  void errorsDependOnNothingOfOurs() {
    hold(
        noClasses()
            .that()
            .resideInAPackage("dev.mallard.error..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "dev.mallard.arrow..",
                "dev.mallard.parquet..",
                "dev.mallard.store..",
                "dev.mallard.catalog..",
                "dev.mallard.flight.."));
  }

  @Test
  void grpcStaysAtTheEdge() {
    hold(
        noClasses()
            .that()
            .resideOutsideOfPackages(
                "dev.mallard.wire..",
                "dev.mallard.flight..",
                "dev.mallard.client..",
                "dev.mallard.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc.."));
  }

  @Test
  void statusCodesAreMadeInOneClass() {
    hold(
        noClasses()
            .that()
            .doNotHaveSimpleName("StatusMapper")
            .and()
            .doNotHaveSimpleName("DrainGate")
            // These read them, or answer OK.
            .and()
            .doNotHaveFullyQualifiedName("dev.mallard.flight.call.CallEvents$Tracer")
            .and()
            .haveNameNotMatching("dev\\.mallard\\.flight\\.call\\.FailedCalls.*")
            .and()
            .resideOutsideOfPackage("dev.mallard.flight.auth..")
            .and()
            .haveNameNotMatching("dev\\.mallard\\.client\\.(SignIn|RepeatableCall).*")
            .and()
            .doNotHaveFullyQualifiedName("dev.mallard.client.Errors")
            // Below the calls, where bytes come and there is no exception to map.
            .and()
            .doNotHaveSimpleName("CallIntake")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.grpc.Status"));
  }

  @Test
  void noOtherDatabaseIsBehindTheScenes() {
    hold(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.mallard.duckdb..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.duckdb..", "java.sql.."));
  }

  @Test
  void noStandardStreamsButThroughTheCommandLine() {
    hold(
        noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"));
  }
}
